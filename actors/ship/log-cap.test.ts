import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLogCap } from './log-cap.ts';
import {
  clickPayloads,
  removeDirectory,
  silentLogger,
  temporaryDirectory,
  writeSegment,
} from './testing/segments.ts';

let directory: string;
const fullFlag = new Int32Array(new SharedArrayBuffer(4));

beforeEach(() => {
  directory = temporaryDirectory();
  fullFlag[0] = 0;
});

afterEach(() => removeDirectory(directory));

describe('the cap on the event log', () => {
  it('sets the flag at the cap and clears it only below 95 % of it', async () => {
    const registry = new Registry();
    const payloads = clickPayloads(0, 20);
    const recordBytes = payloads.reduce((sum, payload) => sum + payload.length + 12, 128);
    const cap = startLogCap({
      directories: [join(directory, 'clicks'), join(directory, 'conversions')],
      bytesMax: 10 * recordBytes,
      fullFlag,
      clock: { nowMs: () => 100_000 },
      registry,
      logger: silentLogger,
    });
    try {
      const write = (lane: string) =>
        writeSegment(join(directory, lane), payloads, { epochMs: 40_000, shard: 1 }).path;
      const paths = Array.from({ length: 9 }, () => write('clicks'));
      cap.check();
      expect(Atomics.load(fullFlag, 0)).toBe(0);
      paths.push(write('conversions'), write('conversions'));
      cap.check();
      expect(Atomics.load(fullFlag, 0)).toBe(1);
      const metrics = await registry.metrics();
      expect(metrics).toContain(`trellis_log_bytes{shard="1"} ${11 * recordBytes}`);
      expect(metrics).toContain('trellis_log_oldest_seconds 60');
      unlinkSync(paths.pop() ?? '');
      cap.check();
      expect(Atomics.load(fullFlag, 0)).toBe(1);
      unlinkSync(paths.pop() ?? '');
      cap.check();
      expect(Atomics.load(fullFlag, 0)).toBe(0);
    } finally {
      cap.stop();
    }
  });
});
