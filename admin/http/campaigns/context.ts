import type { VisitorReader } from '../../visitor-reader.ts';
import type { AdminContext } from '../context.ts';

/** What routes of campaigns work with besides. */
export type CampaignContext = AdminContext & {
  /** Where the engine of this machine listens; only links to this machine name it. */
  enginePort: number;
  /** Tells of visitors what the engine would. */
  visitors: VisitorReader;
};
