import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import type { ConversionRecord } from '../../core/conversion.ts';
import { encodeConversion } from '../../core/conversion-codec.ts';
import { conversionEventId } from '../../core/postback/conversion-key.ts';
import { RECORD_HEADER_BYTES, recordMarker, sealRecord } from '../log/record.ts';
import { encodeSegmentHeader, formatSegmentName } from '../log/segment.ts';

/** A conversion with a receipt of its own; its event id follows from its key. */
export function makeConversion(overrides: Partial<ConversionRecord> = {}): ConversionRecord {
  const record = {
    receipt_id: randomBytes(8).toString('hex'),
    organization_id: 'org_acmecorp',
    click_id: 'fb_123abc',
    conversion_event: 'purchase',
    conversion_value: '99.99',
    currency: 'USD',
    order_id: '',
    metadata: {},
    received_at_ms: Date.now(),
    ...overrides,
  };
  const { organization_id, click_id, conversion_event, order_id } = record;
  const event_id = conversionEventId(organization_id, click_id, conversion_event, order_id);
  return { event_id, ...record };
}

let sequence = 0;

/**
 * Writes a sealed segment of the conversion log.
 *
 * @param directory the lane's: `DATA_DIR/log/conversions`
 * @returns the file's path
 */
export function writeSegment(directory: string, payloads: Uint8Array[], shard = 0): string {
  const shardDirectory = join(directory, String(shard));
  mkdirSync(shardDirectory, { recursive: true });
  sequence += 1;
  const identity = { nodeId: 'test', lane: 'conversions', shard, marker: recordMarker } as const;
  const createdMs = Date.now();
  const header = { ...identity, formatVersion: 1, rowVersion: 1, createdMs };
  const records = payloads.map((payload) => {
    const record = Buffer.alloc(RECORD_HEADER_BYTES + payload.length);
    record.set(payload, RECORD_HEADER_BYTES);
    sealRecord(record, 0, record.length);
    return record;
  });
  const name = formatSegmentName({ ...identity, epochMs: createdMs, sequence });
  const path = join(shardDirectory, `${name}.sealed`);
  writeFileSync(path, Buffer.concat([encodeSegmentHeader(header), ...records]));
  return path;
}

/** The same for whole conversions. */
export function writeConversions(directory: string, records: ConversionRecord[]): string {
  return writeSegment(directory, records.map(encodeConversion));
}

/** A door in front of a server: `close` cuts everybody off, `stall` keeps connections but is mute. */
export class TestProxy {
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<net.Socket>();
  #server: net.Server | undefined;
  #isStalled = false;
  port = 0;

  constructor(target: { host: string; port: number }) {
    this.#target = target;
  }

  /** Opens the door, at the same port as before. */
  async open(): Promise<void> {
    const server = net.createServer((client) => this.#join(client));
    this.#server = server;
    await new Promise<void>((resolve) => {
      server.listen(this.port, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
  }

  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
    for (const socket of this.#sockets) {
      if (isStalled) socket.pause();
      else socket.resume();
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server === undefined) return;
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }

  #join(client: net.Socket): void {
    const upstream = net.connect(this.#target);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (data) => to.write(data));
      // Either end may vanish at any time; the other then follows.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#isStalled) from.pause();
    }
  }
}
