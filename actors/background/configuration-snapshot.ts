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
import { Packr } from 'msgpackr';
import type {
  CampaignConfig,
  ConfigurationChange,
  DomainConfig,
  KeyConfig,
  OrganizationConfig,
} from '../../core/configuration.ts';

const packr = new Packr({ useRecords: false });

/**
 * The whole configuration as last seen, kept on disk, so that an engine that starts while PostgreSQL
 * is down knows where to send clicks.
 */
export class ConfigurationSnapshot {
  readonly #file: string;
  #version = 0;
  readonly #organizations = new Map<string, OrganizationConfig>();
  readonly #domains = new Map<string, DomainConfig>();
  readonly #keys = new Map<string, KeyConfig>();
  readonly #campaigns = new Map<string, CampaignConfig>();
  #dirty = false;

  /** @param file created when missing, with its folder; mode 0600, it holds the hashes of keys */
  constructor(file: string) {
    this.#file = file;
  }

  /** Reads the file. @returns all of it, or null when there is none or it cannot be used */
  load(): ConfigurationChange | null {
    let change: ConfigurationChange;
    try {
      change = packr.unpack(readFileSync(this.#file)) as ConfigurationChange;
    } catch {
      // Missing at the first start; damaged never, since it is replaced whole. PostgreSQL has it all.
      return null;
    }
    this.apply(change);
    this.#dirty = false;
    return change;
  }

  apply(change: ConfigurationChange): void {
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
      this.#campaigns.set(`${campaign.organization_id}/${campaign.campaign_id}`, campaign);
    }
    this.#dirty = true;
  }

  /** Writes the file if anything changed: whole, synced, then renamed over the one before. */
  save(): void {
    if (!this.#dirty) {
      return;
    }
    const bytes = packr.pack({
      version: this.#version,
      organizations: [...this.#organizations.values()],
      domains: [...this.#domains.values()],
      keys: [...this.#keys.values()],
      campaigns: [...this.#campaigns.values()],
    } satisfies ConfigurationChange);
    mkdirSync(dirname(this.#file), { recursive: true });
    const temporary = `${this.#file}.new`;
    const fd = openSync(temporary, 'w', 0o600);
    try {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(fd, bytes, written);
      }
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, this.#file);
    this.#dirty = false;
  }
}
