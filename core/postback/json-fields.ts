import type { SentField } from './sent-field.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const isSpace = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/**
 * The members of a JSON object, in the order and with the texts of the source: `JSON.parse` alone
 * would turn `12345678901234.5678` into the nearest double and keep one of two equal names.
 * Members that are null count as not sent.
 *
 * @param source the body
 * @returns the members, or what is wrong with the body
 */
export function readJsonFields(source: string): SentField[] | { fault: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    return { fault: 'is not valid JSON' };
  }
  if (Array.isArray(parsed)) {
    return { fault: 'is a JSON array; send one JSON object per postback' };
  }
  if (typeof parsed !== 'object' || parsed === null) return { fault: 'is not a JSON object' };
  return new MemberScanner(source).members();
}

/** Walks a text that is known to be one valid JSON object; nothing is checked a second time. */
class MemberScanner {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  members(): SentField[] {
    const members: SentField[] = [];
    this.#skipSpace();
    this.#at += 1; // {
    this.#skipSpace();
    while (this.#source[this.#at] === '"') {
      const name = stringOf(this.#string());
      this.#skipSpace();
      this.#at += 1; // :
      this.#skipSpace();
      const member = memberOf(name, this.#value());
      if (member !== undefined) members.push(member);
      this.#skipSpace();
      this.#at += 1; // , or }
      this.#skipSpace();
    }
    return members;
  }

  #value(): string {
    const first = this.#source[this.#at];
    if (first === '"') return this.#string();
    if (first === '{' || first === '[') return this.#nested();
    return this.#upTo(/[\s,}]/g);
  }

  #string(): string {
    const start = this.#at;
    for (this.#at += 1; this.#code() !== QUOTE; this.#at += 1) {
      if (this.#code() === BACKSLASH) this.#at += 1;
    }
    this.#at += 1;
    return this.#source.slice(start, this.#at);
  }

  #nested(): string {
    const start = this.#at;
    let depth = 0;
    do {
      const character = this.#source[this.#at];
      if (character === '"') {
        this.#string();
        continue;
      }
      if (character === '{' || character === '[') depth += 1;
      if (character === '}' || character === ']') depth -= 1;
      this.#at += 1;
    } while (depth > 0);
    return this.#source.slice(start, this.#at);
  }

  #upTo(end: RegExp): string {
    const start = this.#at;
    end.lastIndex = start;
    this.#at = end.exec(this.#source)?.index ?? this.#source.length;
    return this.#source.slice(start, this.#at);
  }

  #skipSpace(): void {
    while (isSpace(this.#code())) this.#at += 1;
  }

  /** NaN beyond the end, which equals nothing. */
  #code(): number {
    return this.#source.charCodeAt(this.#at);
  }
}

function memberOf(name: string, text: string): SentField | undefined {
  switch (text[0]) {
    case 'n':
      return undefined;
    case '"':
      return { name, type: 'string', text: stringOf(text), utf8: true };
    case 't':
    case 'f':
      return { name, type: 'boolean', text, utf8: true };
    case '{':
    case '[':
      return { name, type: 'nested', text, utf8: true };
    default:
      return { name, type: 'number', text, utf8: true };
  }
}

/** The content of a JSON string literal. */
function stringOf(literal: string): string {
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
}
