import { z } from 'zod';
import type { BlockConfig } from '../../core/fraud/block.ts';

/**
 * Older messages are not believed. A server that hung processes what it was sent before, and by then
 * somebody may have removed the block. Wide enough for clocks that differ by some seconds.
 */
const MESSAGE_AGE_MS_MAX = 30_000;
const MESSAGE_CHARACTERS_MAX = 4_096;

const schema = z.object({
  /** Of the publisher's clock, in ms since epoch. */
  sent_at_ms: z.int().min(0),
  block: z.object({
    block_id: z.string().min(1),
    organization_id: z.string().min(1),
    kind: z.enum(['block', 'never_block']),
    network: z.union([z.cidrv4(), z.cidrv6()]),
    until_ms: z.int().min(0).nullable(),
    removed: z.boolean(),
  }) satisfies z.ZodType<BlockConfig>,
});

/** The message of channel `trellis:blocks`: JSON of at most 4 KiB. */
export function encodeBlockMessage(block: BlockConfig, nowMs: number): string {
  return JSON.stringify({ sent_at_ms: nowMs, block });
}

/** @returns null for what is malformed or too old */
export function decodeBlockMessage(text: string, nowMs: number): BlockConfig | null {
  const parsed = schema.safeParse(text.length > MESSAGE_CHARACTERS_MAX ? null : jsonOf(text));
  if (!parsed.success || Math.abs(nowMs - parsed.data.sent_at_ms) > MESSAGE_AGE_MS_MAX) {
    return null;
  }
  return parsed.data.block;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
