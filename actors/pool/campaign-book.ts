import type { CampaignConfig, CampaignText } from '../../core/configuration.ts';

/**
 * The campaigns of one organisation as text in shared memory: main thread and actor thread hold the same
 * bytes, and a campaign is parsed when its first click comes. As objects, in a heap of each thread, the
 * same campaigns take several times as much.
 *
 * ```text
 * repeated:  u32 bytes of the id · u32 bytes of the text · id · JSON of the CampaignConfig
 * ```
 *
 * A book is never changed once it is handed out.
 */
export type CampaignBook = SharedArrayBuffer;

const HEADER_BYTES = 8;

/**
 * @param before the organisation's book until now; null: none
 * @param changed campaigns that are new or take the place of the ones with their ids
 */
export function updateBook(
  before: CampaignBook | null,
  changed: readonly CampaignText[],
): CampaignBook {
  const texts = new Map(changed.map(({ campaign_id, text }) => [campaign_id, Buffer.from(text)]));
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for (const { id, start, end } of before === null ? [] : entriesOf(before)) {
    if (before !== null && !texts.has(id)) {
      kept.push(new Uint8Array(before, start, end - start));
      bytes += end - start;
    }
  }
  for (const [id, text] of texts) {
    bytes += HEADER_BYTES + Buffer.byteLength(id) + text.length;
  }
  const book = new SharedArrayBuffer(bytes);
  const out = Buffer.from(book);
  let at = 0;
  for (const entry of kept) {
    out.set(entry, at);
    at += entry.length;
  }
  for (const [id, text] of texts) {
    out.writeUInt32LE(Buffer.byteLength(id), at);
    out.writeUInt32LE(text.length, at + 4);
    at += HEADER_BYTES;
    at += out.write(id, at);
    out.set(text, at);
    at += text.length;
  }
  return book;
}

/** Finds campaigns in a book. */
export class CampaignIndex {
  readonly #bytes: Buffer;
  readonly #entries = new Map<string, Entry>();

  constructor(book: CampaignBook) {
    this.#bytes = Buffer.from(book);
    for (const entry of entriesOf(book)) {
      this.#entries.set(entry.id, entry);
    }
  }

  /** Parses a campaign; undefined when there is none of this id. */
  find(campaignId: string): CampaignConfig | undefined {
    const entry = this.#entries.get(campaignId);
    return entry === undefined
      ? undefined
      : (JSON.parse(this.#bytes.toString('utf8', entry.textStart, entry.end)) as CampaignConfig);
  }
}

type Entry = { id: string; start: number; textStart: number; end: number };

function entriesOf(book: CampaignBook): Entry[] {
  const bytes = Buffer.from(book);
  const entries: Entry[] = [];
  for (let start = 0; start < bytes.length; ) {
    const idStart = start + HEADER_BYTES;
    const textStart = idStart + bytes.readUInt32LE(start);
    const end = textStart + bytes.readUInt32LE(start + 4);
    entries.push({ id: bytes.toString('utf8', idStart, textStart), start, textStart, end });
    start = end;
  }
  return entries;
}
