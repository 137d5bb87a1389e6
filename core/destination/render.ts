// HOT PATH: once per click; ≤ 500 ns for two parameters handed on, allocates the URL and its pieces.
// Guarded by bench/micro/destination.
import { MACRO_NAMES, MACRO_PARAM } from './macros.ts';
import { percentEncode } from './percent-encode.ts';
import type { Query } from './query.ts';

/** What a destination is filled with. Texts are plain, not encoded; null and '' both give nothing. */
export interface DestinationInput {
  /** The effective one: the query's, else the event's id. */
  readonly clickId: string;
  readonly eventId: string;
  readonly userId: string;
  readonly campaignId: string | null;
  readonly source: string;
  readonly medium: string | null;
  readonly country: string;
  readonly region: string;
  readonly city: string;
  readonly deviceType: string;
  readonly os: string;
  readonly browser: string;
  readonly language: string;
  /** Ms since epoch, this node's clock; `{timestamp}` is the same in whole seconds. */
  readonly occurredAtMs: number;
  /** The click's own query. */
  readonly query: Query;
}

/** Longest URL that is ever answered, in bytes; it is ASCII, so characters are bytes. */
export const DESTINATION_BYTES_MAX = 8000;

/** Text with macros in it: `literals[0] macros[0] literals[1] … literals[n]`. */
export class TemplatePiece {
  /** Normalised URL text: printable ASCII. One more than there are macros. */
  readonly literals: readonly string[];
  /** Numbers from `macros.ts`. */
  readonly macros: readonly number[];
  /** Names of `{param.<name>}`, '' for other macros. */
  readonly params: readonly string[];

  constructor(literals: readonly string[], macros: readonly number[], params: readonly string[]) {
    this.literals = literals;
    this.macros = macros;
    this.params = params;
  }

  /** @param withValues false: macros give nothing */
  render(click: DestinationInput, withValues: boolean): string {
    let out = this.literals[0] ?? '';
    for (let i = 0; i < this.macros.length; i++) {
      if (withValues) {
        out += macroValue(this.macros[i] ?? 0, this.params[i] ?? '', click);
      }
      out += this.literals[i + 1] ?? '';
    }
    return out;
  }
}

/** One parameter of the template's own query. */
export type TemplateParameter = {
  /** Decoded name, or null when a macro stands in it: then nothing overrides it. */
  readonly name: string | null;
  readonly piece: TemplatePiece;
};

/** What `compile.ts` makes of a template. */
export type DestinationParts = {
  /** Scheme, host and port; every rendered URL begins with it and a slash. */
  origin: string;
  /** Origin and path, and the query as far as nothing can override it. */
  head: TemplatePiece;
  /** The query's parameters, when some may be overridden; else none. */
  parameters: readonly TemplateParameter[];
  /** Whether `head` has a `?` already. */
  headHasQuery: boolean;
  /** From `#` on, or null. */
  fragment: TemplatePiece | null;
  passthrough: readonly string[] | 'all';
};

/**
 * A destination, ready to be rendered. Immutable.
 *
 * Invariant: a rendered URL is `head.literals[0]`, which begins with the origin and a slash and was
 * taken from a parsed URL, followed by normalised literals and percent-encoded values only. So its
 * origin is the template's, and it is printable ASCII, whatever a visitor sends.
 */
export class CompiledDestination {
  readonly origin: string;
  readonly #head: TemplatePiece;
  readonly #parameters: readonly TemplateParameter[];
  readonly #headHasQuery: boolean;
  readonly #fragment: TemplatePiece | null;
  readonly #passesAll: boolean;
  readonly #passedNames: readonly string[];
  /** `encoded name=` for each of `#passedNames`. */
  readonly #passedPrefixes: readonly string[];

  constructor(parts: DestinationParts) {
    this.origin = parts.origin;
    this.#head = parts.head;
    this.#parameters = parts.parameters;
    this.#headHasQuery = parts.headHasQuery;
    this.#fragment = parts.fragment;
    this.#passesAll = parts.passthrough === 'all';
    this.#passedNames = parts.passthrough === 'all' ? [] : parts.passthrough;
    this.#passedPrefixes = this.#passedNames.map((name) => `${percentEncode(name)}=`);
  }

  /**
   * The URL to send this click to. One over `DESTINATION_BYTES_MAX` is rendered again without the
   * parameters handed on, and if need be without the macros' values.
   *
   * @returns printable ASCII, same origin as the template
   */
  render(click: DestinationInput): string {
    const full = this.#assemble(click, true, true);
    if (full.length <= DESTINATION_BYTES_MAX) {
      return full;
    }
    const own = this.#assemble(click, false, true);
    return own.length <= DESTINATION_BYTES_MAX ? own : this.#assemble(click, false, false);
  }

  #assemble(click: DestinationInput, withPassthrough: boolean, withValues: boolean): string {
    let out = this.#head.render(click, withValues);
    let separator = this.#headHasQuery ? '&' : '?';
    for (let i = 0; i < this.#parameters.length; i++) {
      const parameter = this.#parameters[i];
      if (parameter !== undefined && !(withPassthrough && this.#overrides(parameter.name, click))) {
        out += separator + parameter.piece.render(click, withValues);
        separator = '&';
      }
    }
    if (withPassthrough) {
      out += this.#passesAll ? passAll(click, separator) : this.#passNamed(click, separator);
    }
    return this.#fragment === null ? out : out + this.#fragment.render(click, withValues);
  }

  #overrides(name: string | null, click: DestinationInput): boolean {
    if (name === null) {
      return false;
    }
    if (this.#passesAll) {
      return click.query.indexOf(name) >= 0;
    }
    return (
      this.#passedNames.includes(name) && (name === 'click_id' || click.query.indexOf(name) >= 0)
    );
  }

  #passNamed(click: DestinationInput, firstSeparator: string): string {
    const query = click.query;
    let out = '';
    let separator = firstSeparator;
    for (let n = 0; n < this.#passedNames.length; n++) {
      const name = this.#passedNames[n];
      const prefix = this.#passedPrefixes[n] ?? '';
      if (name === 'click_id') {
        out += separator + prefix + percentEncode(click.clickId);
        separator = '&';
        continue;
      }
      for (let i = 0; i < query.count; i++) {
        if (query.name(i) === name) {
          out += separator + prefix + encodedValue(query, i);
          separator = '&';
        }
      }
    }
    return out;
  }
}

/** Every pair in its order; the first `click_id` as the effective one. */
function passAll(click: DestinationInput, firstSeparator: string): string {
  const query = click.query;
  const clickIdAt = query.indexOf('click_id');
  let out = '';
  let separator = firstSeparator;
  for (let i = 0; i < query.count; i++) {
    const value = i === clickIdAt ? percentEncode(click.clickId) : encodedValue(query, i);
    out += `${separator}${percentEncode(query.name(i))}=${value}`;
    separator = '&';
  }
  return out;
}

function encodedValue(query: Query, index: number): string {
  const value = query.value(index);
  return query.isUnreserved(index) ? value : percentEncode(value);
}

function macroValue(number: number, param: string, click: DestinationInput): string {
  if (number === MACRO_PARAM) {
    const index = click.query.indexOf(param);
    return index < 0 ? '' : encodedValue(click.query, index);
  }
  return percentEncode(macroText(number, click));
}

function macroText(number: number, click: DestinationInput): string {
  switch (MACRO_NAMES[number]) {
    case 'click_id':
      return click.clickId;
    case 'event_id':
      return click.eventId;
    case 'user_id':
      return click.userId;
    case 'campaign_id':
      return click.campaignId ?? '';
    case 'source':
      return click.source;
    case 'medium':
      return click.medium ?? '';
    case 'country':
      return click.country;
    case 'region':
      return click.region;
    case 'city':
      return click.city;
    case 'device_type':
      return click.deviceType;
    case 'os':
      return click.os;
    case 'browser':
      return click.browser;
    case 'language':
      return click.language;
    case 'timestamp':
      return String(Math.floor(click.occurredAtMs / 1000));
    default:
      return '';
  }
}
