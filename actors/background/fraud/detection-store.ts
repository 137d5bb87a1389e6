import type pg from 'pg';
import type { Clock } from '../../../core/clock.ts';
import { messageOf } from '../../../core/errors.ts';
import type { BlockConfig } from '../../../core/fraud/block.ts';
import type { FraudSettings } from '../../../core/fraud/settings.ts';
import type { Logger } from '../../../core/logger.ts';
import { isConnectionError, withTransaction } from '../../../stores/postgres/client.ts';
import { type NewAlert, raiseAlerts } from '../../../stores/postgres/fraud/alerts.ts';
import {
  type AutomaticBlock,
  addAutomaticBlocks,
} from '../../../stores/postgres/fraud/automatic-blocks.ts';
import { saveScores } from '../../../stores/postgres/fraud/scores.ts';
import { AlertBudget } from './alert-budget.ts';
import type { PendingDetection } from './detection-queue.ts';
import type { FraudMetrics } from './fraud-metrics.ts';

export type DetectionStoreParts = {
  pool: pg.Pool;
  settingsOf(organizationId: string): FraudSettings;
  /** Told of blocks that are in force here and must not be. */
  onRefused(blocks: BlockConfig[]): void;
  metrics: FraudMetrics;
  clock: Clock;
  logger: Logger;
};

/** Writes what follows from detections into PostgreSQL. Doing so again changes nothing. */
export class DetectionStore {
  readonly #parts: DetectionStoreParts;
  readonly #budget = new AlertBudget();

  constructor(parts: DetectionStoreParts) {
    this.#parts = parts;
  }

  /**
   * Writes a batch: first blocks, because other engines wait for them, then scores and alerts. What
   * PostgreSQL refuses is tried by itself, and given up if it is refused then.
   *
   * @param batch each address of an organisation at most once
   * @throws the driver's error when PostgreSQL cannot be reached; the whole batch may be tried again
   */
  async store(batch: readonly PendingDetection[]): Promise<void> {
    try {
      await this.#write(batch);
    } catch (error) {
      if (isConnectionError(error)) {
        throw error;
      }
      if (batch.length > 1) {
        for (const pending of batch) {
          await this.store([pending]);
        }
        return;
      }
      this.#parts.metrics.lost('refused', 1);
      const details = { detection: batch[0]?.detection, error: messageOf(error) };
      this.#parts.logger.error(details, 'a detection cannot be stored');
    }
  }

  async #write(batch: readonly PendingDetection[]): Promise<void> {
    const { pool, metrics, clock } = this.#parts;
    const { added, refused } = await addAutomaticBlocks(pool, batch.flatMap(toAutomaticBlock));
    metrics.blocked(added.length);
    if (refused.length > 0) {
      metrics.lost('block_refused', refused.length);
      const blocks = batch.flatMap(({ block }) => block ?? []);
      this.#parts.onRefused(blocks.filter(({ block_id }) => refused.includes(block_id)));
    }
    const alerts = batch.flatMap((pending) => this.#alertsOf(pending));
    const raised = await withTransaction(pool, async (client) => {
      await saveScores(
        client,
        batch.map(({ detection }) => detection),
      );
      return raiseAlerts(client, alerts);
    });
    for (const alert of raised) {
      this.#budget.count(alert.organization_id, clock.nowMs());
    }
    metrics.alerted(raised.length);
  }

  /** One for each pattern that the address shows, if all together are enough for an alert. */
  #alertsOf({ detection }: PendingDetection): NewAlert[] {
    const { settingsOf, clock, metrics } = this.#parts;
    const { organizationId, address, confidence, patterns } = detection;
    if (confidence <= settingsOf(organizationId).alert_above) {
      return [];
    }
    if (!this.#budget.hasRoom(organizationId, clock.nowMs())) {
      metrics.lost('alerts_per_hour', patterns.length);
      return [];
    }
    const message = `High fraud probability from IP ${address}`;
    return patterns.map(({ pattern }) => ({ pattern, message, detection }));
  }
}

function toAutomaticBlock({ block, detection }: PendingDetection): AutomaticBlock[] {
  if (block === null) {
    return [];
  }
  const { block_id, organization_id, network, until_ms } = block;
  return [{ block_id, organization_id, network, until_ms: until_ms ?? 0, detection }];
}
