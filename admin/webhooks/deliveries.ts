import type pg from 'pg';
import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import {
  type ClaimedDelivery,
  claimDelivery,
  settleDelivered,
  settleFailed,
  tidyDeliveries,
} from '../../stores/postgres/webhooks/queue.ts';
import { createAddressCheck } from './addresses.ts';
import { type ResolveName, resolveByDns } from './resolve.ts';
import { disabledReason, restMs, retryDelayMs } from './retry.ts';
import { type SendOutcome, type SendParts, sendWebhook } from './send.ts';
import { signatureOf } from './signature.ts';

/** Requests under way at a time, and those of one organisation: one cannot keep all others waiting. */
const AT_ONCE_MAX = 4;
const AT_ONCE_PER_ORGANIZATION_MAX = 2;
const POLL_MS = 1_000;
const TIDY_MS = 60_000;

export type WebhookDeliveriesOptions = {
  pool: pg.Pool;
  /** Of the signatures. When things are due is told by the database's clock. */
  clock: Clock;
  logger: Logger;
  /** Networks that webhooks may reach although they are not public. */
  networks: readonly string[];
  /** Where the counter is registered; none: it is not. */
  registry?: Registry;
  /** How names are resolved; by the DNS unless a test says otherwise. */
  resolve?: ResolveName;
  /** Chooses the jitter, in [0, 1). */
  random?: () => number;
  /** How soon an alert is noticed that another process has queued; a second unless a test says so. */
  pollMs?: number;
};

export type WebhookDeliveries = {
  /** Begins nothing more and waits for the requests under way; who takes longer is asked again later. */
  stop(waitMsMax: number): Promise<void>;
};

const OUTCOMES = ['delivered', 'failed', 'refused', 'dead', 'lost'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** Sends what is queued, beside the requests that this process answers. Several processes may. */
export function startWebhookDeliveries(options: WebhookDeliveriesOptions): WebhookDeliveries {
  const deliveries = new Deliveries(options);
  const running = deliveries.run();
  return {
    async stop(waitMsMax) {
      deliveries.stop();
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMsMax);
      });
      await Promise.race([running, tooLong]);
      clearTimeout(timer);
    },
  };
}

/**
 * Claims deliveries one by one as long as there is room, and sleeps when nothing is due. Each request
 * under way is in `#underWay` from its claim until it is settled; `run` ends when it was told to and
 * the last of them has.
 */
class Deliveries {
  readonly #options: WebhookDeliveriesOptions;
  readonly #send: SendParts;
  readonly #attempts: Counter<'outcome'>;
  readonly #underWay = new Set<{ organizationId: string; settled: Promise<void> }>();
  #isStopping = false;
  #isStoreAway = false;
  #tidiedAtMs = Number.NEGATIVE_INFINITY;
  /** Something has ended since the last look: do not sleep first. */
  #isWoken = false;
  #endSleep: () => void = () => undefined;

  constructor(options: WebhookDeliveriesOptions) {
    this.#options = options;
    this.#send = {
      isAllowed: createAddressCheck(options.networks),
      resolve: options.resolve ?? resolveByDns,
    };
    this.#attempts = new Counter({
      name: 'trellis_webhook_attempts_total',
      help: 'Requests to webhooks by what came of them; dead: it was the last attempt.',
      labelNames: ['outcome'],
      registers: options.registry === undefined ? [] : [options.registry],
    });
    for (const outcome of OUTCOMES) {
      // From the start: what first appears with 1 has not risen, for Prometheus.
      this.#attempts.inc({ outcome }, 0);
    }
  }

  async run(): Promise<void> {
    while (!this.#isStopping) {
      this.#isWoken = false;
      const isWorking = await this.#claimNext();
      if (!isWorking && !this.#isWoken) {
        await this.#sleep();
      }
    }
    await Promise.all([...this.#underWay].map(({ settled }) => settled));
  }

  stop(): void {
    this.#isStopping = true;
    this.#wake();
  }

  /** @returns whether there may be more to do at once */
  async #claimNext(): Promise<boolean> {
    if (this.#underWay.size >= AT_ONCE_MAX) {
      return false;
    }
    try {
      await this.#tidyNowAndThen();
      const claimed = await claimDelivery(this.#options.pool, this.#busyOrganizations());
      this.#isStoreAway = false;
      if (claimed !== undefined) {
        this.#begin(claimed);
      }
      return claimed !== undefined;
    } catch (error) {
      if (!this.#isStoreAway) {
        this.#options.logger.warn({ error: messageOf(error) }, 'webhooks wait for PostgreSQL');
      }
      this.#isStoreAway = true;
      return false;
    }
  }

  #wake(): void {
    this.#isWoken = true;
    this.#endSleep();
  }

  async #tidyNowAndThen(): Promise<void> {
    if (performance.now() - this.#tidiedAtMs >= TIDY_MS) {
      this.#tidiedAtMs = performance.now();
      await tidyDeliveries(this.#options.pool);
    }
  }

  #busyOrganizations(): string[] {
    const counts = new Map<string, number>();
    for (const { organizationId } of this.#underWay) {
      counts.set(organizationId, (counts.get(organizationId) ?? 0) + 1);
    }
    return [...counts]
      .filter(([, count]) => count >= AT_ONCE_PER_ORGANIZATION_MAX)
      .map(([organizationId]) => organizationId);
  }

  #begin(claimed: ClaimedDelivery): void {
    const settled = this.#deliver(claimed)
      .catch((error: unknown) => {
        // Not settled: the claim runs out and somebody sends it again.
        this.#options.logger.warn(
          { webhook_id: claimed.webhook_id, event_id: claimed.event_id, error: messageOf(error) },
          'what came of a webhook could not be noted',
        );
      })
      .then(() => {
        this.#underWay.delete(entry);
        this.#wake();
      });
    const entry = { organizationId: claimed.organization_id, settled };
    this.#underWay.add(entry);
  }

  async #deliver(claimed: ClaimedDelivery): Promise<void> {
    const { clock } = this.#options;
    const outcome = await sendWebhook(
      {
        url: claimed.url,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'Trellis-Webhooks/1',
          'Trellis-Event-Id': claimed.event_id,
          'Trellis-Event-Type': claimed.event_type,
          'Trellis-Signature': signatureOf(claimed.secret, claimed.body, clock.nowMs()),
        },
        body: claimed.body,
      },
      this.#send,
    );
    this.#attempts.inc({ outcome: await this.#settle(claimed, outcome) });
  }

  async #settle(claimed: ClaimedDelivery, outcome: SendOutcome): Promise<Outcome> {
    const { pool, logger, random = Math.random } = this.#options;
    const status = outcome.kind === 'answered' ? outcome.status : null;
    if (status !== null && status >= 200 && status < 300) {
      return (await settleDelivered(pool, claimed, status)) ? 'delivered' : 'lost';
    }
    const failures = claimed.failures + 1;
    const disabled = disabledReason(status, failures, claimed.failingMs);
    const retryInMs = disabled === null ? retryDelayMs(claimed.attempt, random()) : null;
    const reason = reasonOf(outcome);
    const isSettled = await settleFailed(pool, claimed, {
      ...{ status, reason, retryInMs, restMs: restMs(failures), disabledReason: disabled },
    });
    const { webhook_id, organization_id, event_id, attempt } = claimed;
    logger.info(
      { webhook_id, organization_id, event_id, attempt, reason, retry_in_ms: retryInMs },
      'a webhook was not delivered',
    );
    if (disabled !== null && isSettled) {
      logger.warn({ webhook_id, organization_id, reason: disabled }, 'a webhook was disabled');
    }
    if (!isSettled) {
      return 'lost';
    }
    return retryInMs === null ? 'dead' : outcome.kind === 'refused' ? 'refused' : 'failed';
  }

  /** Until something may be due, a request has ended, or the end is near. */
  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.pollMs ?? POLL_MS);
      this.#endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function reasonOf(outcome: SendOutcome): string {
  if (outcome.kind !== 'answered') {
    return outcome.reason;
  }
  const isRedirect = outcome.status >= 300 && outcome.status < 400;
  return `answered ${outcome.status}${isRedirect ? '; redirects are not followed' : ''}`;
}
