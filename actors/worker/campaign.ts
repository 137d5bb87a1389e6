import type { CampaignConfig } from '../../core/configuration.ts';
import { TrellisError } from '../../core/errors.ts';
import { compileDestination } from './destination/compile.ts';
import type { CompiledDestination } from './destination/render.ts';

/** A campaign, ready to route clicks. Immutable; a changed campaign is compiled anew. */
export class Campaign {
  readonly id: string;
  readonly destination: CompiledDestination;
  readonly tags: readonly string[];

  /**
   * @throws TrellisError `invalid_campaign` for a destination that cannot be compiled; the admin
   *   service refuses to save such a one
   */
  constructor(config: CampaignConfig) {
    const { destination, passthrough, tags } = config.default_action;
    const outcome = compileDestination(destination, passthrough);
    if (outcome.kind === 'refused') {
      const faults = outcome.faults.map((fault) => fault.message).join('; ');
      throw new TrellisError('invalid_campaign', `campaign ${config.campaign_id}: ${faults}`);
    }
    this.id = config.campaign_id;
    this.destination = outcome.destination;
    this.tags = tags;
  }
}
