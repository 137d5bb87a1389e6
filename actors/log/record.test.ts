import { describe, expect, it } from 'vitest';
import {
  checkRecord,
  RECORD_CUT_SHORT,
  RECORD_DAMAGED,
  RECORD_HEADER_BYTES,
  RECORD_PAYLOAD_BYTES_MAX,
  recordMarker,
  sealRecord,
} from './record.ts';
import { frame } from './testing/batches.ts';

describe('a record', () => {
  it('checks out where it was sealed, in a view that begins anywhere in its memory', () => {
    const memory = Buffer.alloc(4_096, 7);
    const view = new Uint8Array(memory.buffer, memory.byteOffset + 13, 2_000);
    sealRecord(view, 5, 5 + RECORD_HEADER_BYTES + 400);
    expect(checkRecord(memory, 18, memory.length, recordMarker)).toBe(18 + 412);
    expect(checkRecord(memory, 18, 18 + 411, recordMarker)).toBe(RECORD_CUT_SHORT);
    expect(checkRecord(memory, 17, memory.length, recordMarker)).toBe(RECORD_DAMAGED);
  });

  it('takes payloads of one byte and of the maximum, nothing outside', () => {
    const buffer = Buffer.alloc(RECORD_HEADER_BYTES + RECORD_PAYLOAD_BYTES_MAX + 1, 1);
    for (const length of [1, RECORD_PAYLOAD_BYTES_MAX]) {
      sealRecord(buffer, 0, RECORD_HEADER_BYTES + length);
      const end = checkRecord(buffer, 0, buffer.length, recordMarker);
      expect(end).toBe(RECORD_HEADER_BYTES + length);
    }
    for (const length of [-1, 0, RECORD_PAYLOAD_BYTES_MAX + 1]) {
      expect(() => sealRecord(buffer, 0, RECORD_HEADER_BYTES + length)).toThrow('sealed');
    }
    expect(() => sealRecord(buffer.subarray(0, 20), 0, 30)).toThrow('sealed');
  });

  it('is refused when any of its bits is flipped', () => {
    const batch = frame([Buffer.from('one click')]);
    for (let bit = 0; bit < batch.length * 8; bit++) {
      const damaged = Buffer.from(batch);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(checkRecord(damaged, 0, damaged.length, recordMarker)).toBeLessThan(0);
    }
  });

  it('begins with a byte that no UTF-8 text contains', () => {
    expect(recordMarker & 0xff).toBeGreaterThanOrEqual(0xf8);
  });
});
