import { type Macro, parseMacro } from './macros.ts';
import { parseQuery } from './query.ts';
import { CompiledDestination, type TemplateParameter, TemplatePiece } from './render.ts';

/** Why a template cannot be saved; worded for the person who wrote it. */
type DestinationFault = { message: string };

export type CompileOutcome =
  | { kind: 'compiled'; destination: CompiledDestination }
  | { kind: 'refused'; faults: DestinationFault[] };

/** Longest template, in bytes as a URL: leaves room for values below the limit of rendered ones. */
export const TEMPLATE_BYTES_MAX = 4000;
const PASSTHROUGH_NAMES_MAX = 50;
const PASSTHROUGH_NAME_BYTES_MAX = 128;

/** Scheme and authority: what macros must stay behind. */
const AUTHORITY = /^https?:\/\/([^/?#]*)/i;

/** A template cut at its macros; `literals` has one more. */
type Scanned = { literals: string[]; macros: Macro[]; faults: string[] };

/**
 * Checks a destination and prepares it for rendering.
 *
 * The template is a URL of http or https with macros (`{click_id}`, `{param.sub1}`, …) in path, query
 * and fragment. It is put through `new URL()` with placeholders in the macros' places, and only the
 * normalised text is kept, so that rendering can but append percent-encoded text after the origin.
 *
 * @param passthrough names of the click's parameters to hand on, or all of them. A `click_id` in the
 *   list is always handed on, as the effective one. They replace parameters of the same name in the
 *   template's query.
 * @returns the destination, or every fault found
 */
export function compileDestination(
  template: string,
  passthrough: readonly string[] | 'all',
): CompileOutcome {
  const scanned = scanMacros(template);
  const faults = [
    ...textFaults(template),
    ...scanned.faults,
    ...placeFaults(template),
    ...passthroughFaults(passthrough),
  ];
  if (faults.length > 0) {
    return refuse(faults);
  }
  const placeholder = unusedPlaceholder(template);
  const parsed = parseUrl(scanned.literals.join(placeholder));
  if (typeof parsed === 'string') {
    return refuse([parsed]);
  }
  if (parsed.href.split(placeholder).length !== scanned.literals.length) {
    return refuse(["a macro stands in a part of the path that '..' removes"]);
  }
  if (parsed.href.length > TEMPLATE_BYTES_MAX) {
    return refuse([`longer than ${TEMPLATE_BYTES_MAX} bytes`]);
  }
  const names = passthrough === 'all' ? passthrough : [...new Set(passthrough)];
  return { kind: 'compiled', destination: assemble(parsed, placeholder, scanned.macros, names) };
}

function refuse(messages: readonly string[]): CompileOutcome {
  return { kind: 'refused', faults: messages.map((message) => ({ message })) };
}

/** What a URL parser would quietly repair or keep is refused: its author should see it. */
function textFaults(template: string): string[] {
  const faults: string[] = [];
  if (template.length > TEMPLATE_BYTES_MAX) {
    faults.push(`longer than ${TEMPLATE_BYTES_MAX} bytes`);
  }
  if (/[\p{Cc}\s]/u.test(template)) {
    faults.push('contains a blank or a control character; write it percent-encoded');
  }
  if (template.includes('\\')) {
    faults.push("contains '\\', which browsers take for '/'");
  }
  if (/%(?![0-9a-f]{2})/i.test(template)) {
    faults.push("contains '%' without two hex digits after it; write %25");
  }
  return faults;
}

/** Faults of where things stand: macros, scheme, host. */
function placeFaults(template: string): string[] {
  const authority = AUTHORITY.exec(template)?.[1];
  if (authority === undefined) {
    return ["must begin with 'http://' or 'https://'"];
  }
  if (authority.includes('{')) {
    return ['has a macro in its host; macros are allowed in path, query and fragment only'];
  }
  if (authority.includes('@')) {
    return ["has a user or password before '@' in its host"];
  }
  return authority === '' ? ['has no host'] : [];
}

function passthroughFaults(passthrough: readonly string[] | 'all'): string[] {
  if (passthrough === 'all') {
    return [];
  }
  const faults: string[] = [];
  if (passthrough.length > PASSTHROUGH_NAMES_MAX) {
    faults.push(`passes more than ${PASSTHROUGH_NAMES_MAX} parameters`);
  }
  for (const name of passthrough) {
    if (name === '' || Buffer.byteLength(name) > PASSTHROUGH_NAME_BYTES_MAX) {
      faults.push(`passes a parameter without name or longer than ${PASSTHROUGH_NAME_BYTES_MAX}`);
    }
  }
  return faults;
}

function scanMacros(template: string): Scanned {
  const scanned: Scanned = { literals: [], macros: [], faults: [] };
  let from = 0;
  for (let open = template.indexOf('{'); open >= 0; open = template.indexOf('{', from)) {
    const close = template.indexOf('}', open);
    if (close < 0) {
      scanned.faults.push("has a '{' without '}'");
      break;
    }
    const name = template.slice(open + 1, close);
    const macro = parseMacro(name);
    if (macro === null) {
      scanned.faults.push(`{${name}} is no macro`);
    } else {
      scanned.macros.push(macro);
      scanned.literals.push(template.slice(from, open));
    }
    from = close + 1;
  }
  scanned.literals.push(template.slice(from));
  if (scanned.literals.some((literal) => literal.includes('}'))) {
    scanned.faults.push("has a '}' without '{'");
  }
  return scanned;
}

/** Letters and digits that pass a URL parser unchanged and do not occur in the template. */
function unusedPlaceholder(template: string): string {
  let number = 0;
  while (template.includes(`macro${number}x`)) {
    number += 1;
  }
  return `macro${number}x`;
}

/** The parsed URL, or why it is none that may be redirected to. */
function parseUrl(text: string): URL | string {
  if (!URL.canParse(text)) {
    return 'is no URL';
  }
  const url = new URL(text);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  if (!isWeb || url.username !== '' || url.password !== '' || url.hostname === '') {
    return 'is no URL of http or https without user and password';
  }
  const normal = url.origin + url.pathname + url.search + url.hash;
  // Proves what rendering relies on: a slash ends the origin, and nothing needs encoding.
  return url.pathname.startsWith('/') && /^[\x21-\x7e]*$/.test(normal) ? url : 'is no usable URL';
}

function assemble(
  url: URL,
  placeholder: string,
  macros: readonly Macro[],
  passthrough: readonly string[] | 'all',
): CompiledDestination {
  const cut = new MacroCutter(placeholder, macros);
  const texts = url.search.slice(1).split('&');
  const parameterTexts = texts.filter((text) => text !== '');
  const names = parameterTexts.map((text) => parameterName(text, placeholder));
  const overridable =
    passthrough === 'all'
      ? names.length > 0
      : names.some((name) => name !== null && passthrough.includes(name));
  const query = parameterTexts.length === 0 ? '' : `?${parameterTexts.join('&')}`;
  const path = url.origin + url.pathname;
  const head = cut.piece(overridable ? path : path + query);
  const parameters: TemplateParameter[] = overridable
    ? parameterTexts.map((text, i) => ({ name: names[i] ?? null, piece: cut.piece(text) }))
    : [];
  return new CompiledDestination({
    origin: url.origin,
    head,
    parameters,
    headHasQuery: !overridable && query !== '',
    fragment: url.hash === '' ? null : cut.piece(url.hash),
    passthrough,
  });
}

/** The decoded name of one parameter, or null when a macro stands in it. */
function parameterName(text: string, placeholder: string): string | null {
  const name = text.split('=', 1)[0] ?? '';
  return name.includes(placeholder) ? null : parseQuery(text).name(0);
}

/** Cuts normalised texts at the placeholders, handing out the macros in their order. */
class MacroCutter {
  readonly #placeholder: string;
  readonly #macros: readonly Macro[];
  #used = 0;

  constructor(placeholder: string, macros: readonly Macro[]) {
    this.#placeholder = placeholder;
    this.#macros = macros;
  }

  piece(text: string): TemplatePiece {
    const literals = text.split(this.#placeholder);
    const macros = this.#macros.slice(this.#used, this.#used + literals.length - 1);
    this.#used += macros.length;
    return new TemplatePiece(
      literals,
      macros.map((macro) => macro.number),
      macros.map((macro) => macro.param),
    );
  }
}
