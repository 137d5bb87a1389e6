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
import type {
  CampaignText,
  DomainConfig,
  EncodedChange,
  KeyConfig,
  OrganizationConfig,
} from '../../core/configuration.ts';

/** Campaigns that are written, or read, at a time. */
const CAMPAIGNS_PER_PART = 500;
const LINE_FEED = 10;

type Head = Omit<EncodedChange, 'campaigns'>;

/**
 * The whole configuration as last seen, kept on disk, so that an engine that starts while PostgreSQL
 * is down knows where to send clicks. The file has a line of JSON for everything but campaigns, then
 * one for each campaign: organisation, campaign and JSON, with a tab between them.
 */
export class ConfigurationSnapshot {
  readonly #file: string;
  #version = 0;
  readonly #organizations = new Map<string, OrganizationConfig>();
  readonly #domains = new Map<string, DomainConfig>();
  readonly #keys = new Map<string, KeyConfig>();
  /** JSON of each by organisation and campaign, with a tab between them. */
  readonly #campaigns = new Map<string, string>();
  #dirty = false;

  /** @param file created when missing, with its folder; mode 0600, it holds the hashes of keys */
  constructor(file: string) {
    this.#file = file;
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
    const [first, ...campaigns] = linesOf(readFileSync(this.#file));
    const head = JSON.parse(first ?? '') as Head;
    let part: EncodedChange = { ...head, campaigns: [] };
    for (let at = 0; at === 0 || at < campaigns.length; at += CAMPAIGNS_PER_PART) {
      const lines = campaigns.slice(at, at + CAMPAIGNS_PER_PART);
      part.campaigns = lines.map(toCampaignText);
      this.apply(part);
      onPart(part, at + CAMPAIGNS_PER_PART < campaigns.length);
      part = { version: head.version, organizations: [], domains: [], keys: [], campaigns: [] };
    }
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
    this.#dirty = true;
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
    const head: Head = {
      version: this.#version,
      organizations: [...this.#organizations.values()],
      domains: [...this.#domains.values()],
      keys: [...this.#keys.values()],
    };
    yield `${JSON.stringify(head)}\n`;
    let lines: string[] = [];
    for (const [key, text] of this.#campaigns) {
      lines.push(`${key}\t${text}`);
      if (lines.length === CAMPAIGNS_PER_PART) {
        yield `${lines.join('\n')}\n`;
        lines = [];
      }
    }
    yield lines.map((line) => `${line}\n`).join('');
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
