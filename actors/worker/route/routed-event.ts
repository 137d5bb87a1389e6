import type { DestinationInput } from '../../../core/destination/render.ts';
import type { RuleEvent } from '../../../core/rules/event-view.ts';

/** A click as a campaign sees it, and where the campaign writes down what it decides. */
export interface RoutedEvent extends DestinationInput, RuleEvent {
  readonly source: string;
  campaignId: string | null;
  ruleId: string;
  tags: readonly string[];
  /** Where the visitor is sent; '' when nowhere. */
  destination: string;
}
