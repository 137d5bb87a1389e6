import type { CampaignConfig, OrganizationConfig } from '../../core/configuration.ts';
import { compileDestination } from '../../core/destination/compile.ts';
import type { CompiledDestination } from '../../core/destination/render.ts';
import { TrellisError } from '../../core/errors.ts';
import { DEFAULT_FRAUD_SETTINGS, type FraudSettings } from '../../core/fraud/settings.ts';
import { createLogger, type Logger } from '../../core/logger.ts';
import { type CampaignBook, CampaignIndex, updateBook } from '../pool/campaign-book.ts';
import { Campaign } from './campaign.ts';
import type { CapCounters } from './caps/cap-counters.ts';
import { encodeOnce } from './encode/row-writer.ts';
import { hashText, type TextHash } from './identity/text-hash.ts';

/** What is configured for an organisation. */
export type OrganizationSettings = {
  /** The number by which mailboxes and block lists name it. */
  number: number;
  organization: OrganizationConfig;
  campaigns: CampaignBook;
};

/**
 * One organisation's actor: its campaigns, compiled when they are first asked for, and what else its
 * clicks need. It lives on one thread and is called with one request after the other.
 */
export class OrganizationActor {
  readonly id: string;
  readonly number: number;
  readonly config: OrganizationConfig;
  readonly fraud: FraudSettings;
  /** Of the organisation's id; part of a visitor's fingerprint. */
  readonly idHash: TextHash;
  /** RowBinary of the organisation's id. */
  readonly encodedId: Uint8Array;
  /** Where clicks without a campaign go; null: nowhere. */
  readonly fallback: CompiledDestination | null;
  /** Where visitors of blocked addresses go; null: nowhere, they are refused. */
  readonly blockedDestination: CompiledDestination | null;
  lastUsedMs: number;
  readonly #logger: Logger;
  readonly #counters: CapCounters | null;
  readonly #index: CampaignIndex;
  readonly #campaigns = new Map<string, Campaign | undefined>();

  /** @param counters of the thread's capped rules; null: there are no campaigns */
  constructor(
    settings: OrganizationSettings,
    nowMs: number,
    logger: Logger,
    counters: CapCounters | null,
  ) {
    this.#logger = logger;
    this.#counters = counters;
    this.config = settings.organization;
    this.id = settings.organization.organization_id;
    this.number = settings.number;
    this.fraud = settings.organization.fraud;
    this.idHash = hashText(this.id);
    this.encodedId = encodeOnce((row) => row.string(this.id));
    this.fallback = compileUrl(settings.organization, 'fallback_url', logger);
    this.blockedDestination =
      this.fraud.blocked_answer === 'safe_url'
        ? (compileUrl(settings.organization, 'safe_url', logger) ?? this.fallback)
        : null;
    this.#index = new CampaignIndex(settings.campaigns);
    this.lastUsedMs = nowMs;
  }

  /**
   * The active campaign of a slug; undefined when there is none, it is paused or archived, or it got
   * into the database in a form that cannot be used, which is logged.
   */
  campaign(slug: string): Campaign | undefined {
    if (this.#campaigns.has(slug)) {
      return this.#campaigns.get(slug);
    }
    const config = this.#index.find(slug);
    if (config === undefined) {
      return undefined;
    }
    const campaign =
      config.status === 'active' && this.#counters !== null
        ? compileOrUndefined(config, this.#counters, this.#logger)
        : undefined;
    this.#campaigns.set(slug, campaign);
    return campaign;
  }
}

function compileOrUndefined(
  config: CampaignConfig,
  counters: CapCounters,
  logger: Logger,
): Campaign | undefined {
  try {
    return new Campaign(config, counters, logger);
  } catch (error) {
    if (!(error instanceof TrellisError)) {
      throw error;
    }
    const { organization_id: organization, campaign_id: campaign } = config;
    logger.error({ organization, campaign, error: error.message }, 'a campaign cannot be used');
    return undefined;
  }
}

function compileUrl(
  config: OrganizationConfig,
  setting: 'fallback_url' | 'safe_url',
  logger: Logger,
): CompiledDestination | null {
  const url = setting === 'fallback_url' ? config.fallback_url : config.fraud.safe_url;
  if (url === null) {
    return null;
  }
  const outcome = compileDestination(url, []);
  if (outcome.kind === 'compiled') {
    return outcome.destination;
  }
  logger.error({ organization: config.organization_id, setting }, 'a URL cannot be used');
  return null;
}

/** Stands in an event record before the first request. */
export const NO_ORGANIZATION = new OrganizationActor(
  {
    number: -1,
    organization: {
      organization_id: '',
      name: '',
      cookies: false,
      fallback_url: null,
      currency: 'USD',
      fraud: DEFAULT_FRAUD_SETTINGS,
    },
    campaigns: updateBook(null, []),
  },
  0,
  createLogger('actor', 'silent'),
  null,
);
