import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, systemClock } from '../../core/clock.ts';
import type {
  CampaignText,
  DomainConfig,
  EncodedChange,
  KeyConfig,
  OrganizationConfig,
} from '../../core/configuration.ts';
import type { BlockConfig } from '../../core/fraud/block.ts';
import {
  DEFAULT_FRAUD_SETTINGS,
  type FraudSettings,
  fraudSettings,
} from '../../core/fraud/settings.ts';

/** Campaigns, or blocks, that are written, or read, at a time. */
const ROWS_PER_PART = 500;
const LINE_FEED = 10;

/** The file's first line. Releases that knew nothing of fraud have left out what is optional. */
type Head = Omit<EncodedChange, 'organizations' | 'campaigns' | 'blocks'> & {
  organizations: (Omit<OrganizationConfig, 'fraud'> & { fraud?: Partial<FraudSettings> })[];
  /** How many of the next lines are blocks. */
  block_lines?: number;
};

/**
 * The whole configuration as last seen, kept on disk, so that an engine that starts while PostgreSQL
 * is down knows where to send clicks and whom to refuse. The file has a line of JSON for what there is
 * little of; then lines of blocks, each a JSON list of at most 500; then one line for each campaign:
 * organisation, campaign and JSON, with a tab between them.
 */
export class ConfigurationSnapshot {
  readonly #file: string;
  #version = 0;
  readonly #organizations = new Map<string, OrganizationConfig>();
  readonly #domains = new Map<string, DomainConfig>();
  readonly #keys = new Map<string, KeyConfig>();
  /** JSON of each by organisation and campaign, with a tab between them. */
  readonly #campaigns = new Map<string, string>();
  /** Those that hold, by id. */
  readonly #blocks = new Map<string, BlockConfig>();
  readonly #clock: Clock;
  #dirty = false;

  /** @param file created when missing, with its folder; mode 0600, it holds the hashes of keys */
  constructor(file: string, clock: Clock = systemClock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** The version of what was loaded and applied; 0: nothing was. */
  get version(): number {
    return this.#version;
  }

  /**
   * Reads the file and hands out what it holds, in parts. A missing file, as at the first start, has
   * nothing; of a damaged one the version stays 0, and PostgreSQL is asked for everything.
   */
  load(onPart: (change: EncodedChange, more: boolean) => void): void {
    try {
      this.#load(onPart);
    } catch {
      // The file is replaced whole, so it is never damaged by us.
      this.#version = 0;
    }
  }

  #load(onPart: (change: EncodedChange, more: boolean) => void): void {
    const [first, ...rest] = linesOf(readFileSync(this.#file));
    const { block_lines = 0, ...head } = JSON.parse(first ?? '') as Head;
    const organizations = head.organizations.map((organization) => ({
      ...organization,
      fraud: fraudSettings(organization.fraud ?? null),
    }));
    const parts: EncodedChange[] = [{ ...head, organizations, campaigns: [], blocks: [] }];
    const empty = { version: head.version, organizations: [], domains: [], keys: [] };
    for (const line of rest.slice(0, block_lines)) {
      parts.push({ ...empty, campaigns: [], blocks: JSON.parse(line) as BlockConfig[] });
    }
    for (let at = block_lines; at < rest.length; at += ROWS_PER_PART) {
      const campaigns = rest.slice(at, at + ROWS_PER_PART).map(toCampaignText);
      parts.push({ ...empty, campaigns, blocks: [] });
    }
    parts.forEach((part, index) => {
      this.apply(part);
      onPart(part, index < parts.length - 1);
    });
    this.#dirty = false;
  }

  apply(change: EncodedChange): void {
    this.#version = change.version;
    for (const organization of change.organizations) {
      this.#organizations.set(organization.organization_id, organization);
    }
    for (const domain of change.domains) {
      this.#domains.set(domain.hostname, domain);
    }
    for (const key of change.keys) {
      this.#keys.set(key.key_id, key);
    }
    for (const campaign of change.campaigns) {
      this.#campaigns.set(`${campaign.organization_id}\t${campaign.campaign_id}`, campaign.text);
    }
    for (const block of change.blocks) {
      if (block.removed) {
        this.#blocks.delete(block.block_id);
      } else {
        this.#blocks.set(block.block_id, block);
      }
    }
    this.#dirty = true;
  }

  /** An organisation's settings of fraud; the defaults for one that is not known. */
  fraudSettingsOf(organizationId: string): FraudSettings {
    return this.#organizations.get(organizationId)?.fraud ?? DEFAULT_FRAUD_SETTINGS;
  }

  /** The removal of every block that is known. */
  removedBlocks(): BlockConfig[] {
    return [...this.#blocks.values()].map((block) => ({ ...block, removed: true }));
  }

  /** Writes the file if anything changed: whole, synced, then renamed over the one before. */
  save(): void {
    if (!this.#dirty) {
      return;
    }
    mkdirSync(dirname(this.#file), { recursive: true });
    const temporary = `${this.#file}.new`;
    const fd = openSync(temporary, 'w', 0o600);
    try {
      for (const text of this.#texts()) {
        writeWhole(fd, Buffer.from(text));
      }
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, this.#file);
    this.#dirty = false;
  }

  *#texts(): Generator<string> {
    this.#forgetExpired();
    const head: Head = {
      version: this.#version,
      organizations: [...this.#organizations.values()],
      domains: [...this.#domains.values()],
      keys: [...this.#keys.values()],
      block_lines: Math.ceil(this.#blocks.size / ROWS_PER_PART),
    };
    yield `${JSON.stringify(head)}\n`;
    for (const blocks of inParts(this.#blocks.values())) {
      yield `${JSON.stringify(blocks)}\n`;
    }
    for (const campaigns of inParts(this.#campaigns)) {
      yield campaigns.map(([key, text]) => `${key}\t${text}\n`).join('');
    }
  }

  #forgetExpired(): void {
    const nowMs = this.#clock.nowMs();
    for (const { block_id, until_ms } of this.#blocks.values()) {
      if (until_ms !== null && until_ms <= nowMs) {
        this.#blocks.delete(block_id);
      }
    }
  }
}

function* inParts<T>(rows: Iterable<T>): Generator<T[]> {
  let part: T[] = [];
  for (const row of rows) {
    part.push(row);
    if (part.length === ROWS_PER_PART) {
      yield part;
      part = [];
    }
  }
  if (part.length > 0) {
    yield part;
  }
}

function toCampaignText(line: string): CampaignText {
  const [organization_id, campaign_id, text] = line.split('\t', 3);
  if (organization_id === undefined || campaign_id === undefined || text === undefined) {
    throw new Error('a line has no campaign');
  }
  return { organization_id, campaign_id, text };
}

function linesOf(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end < 0) {
      throw new Error('the last line is cut short');
    }
    lines.push(bytes.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

function writeWhole(fd: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(fd, bytes, written);
  }
}
