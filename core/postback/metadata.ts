import type { FieldError, SentField } from './sent-field.ts';
import { byteLength, cutToBytes, hasForbiddenInMetadata, quote } from './text.ts';

const ENTRIES_MAX = 50;
const NAME_BYTES_MAX = 64;
const VALUE_BYTES_MAX = 1024;

/**
 * Collects the fields that have no meaning of their own. Bounded: what is beyond the bounds is cut or
 * left out, with a warning, because a conversion is worth more than its metadata. Characters that
 * PostgreSQL cannot store are faults.
 */
export class MetadataCollector {
  readonly errors: FieldError[] = [];
  readonly warnings: FieldError[] = [];
  readonly #entries = new Map<string, string>();
  #leftOut = 0;

  /** Of two fields with the same name the first stays. */
  add(field: SentField): void {
    if (this.#entries.has(field.name)) return;
    if (this.#entries.size >= ENTRIES_MAX) {
      this.#noteLeftOut();
      return;
    }
    const path = `metadata.${cutToBytes(field.name, NAME_BYTES_MAX)}`;
    if (field.name === '' || byteLength(field.name) > NAME_BYTES_MAX) {
      const message = `left out: a name has between 1 and ${NAME_BYTES_MAX} bytes`;
      this.#warn({ path, message });
      return;
    }
    if (hasForbiddenInMetadata(field.name) || hasForbiddenInMetadata(field.text)) {
      // Its place is taken, so that a request cannot collect more faults than entries.
      this.#entries.set(field.name, '');
      this.errors.push({ path, message: `${quote(field.name)} has control characters` });
      return;
    }
    if (!field.utf8) this.#warn({ path, message: 'is not valid UTF-8; broken bytes are replaced' });
    const value = cutToBytes(field.text, VALUE_BYTES_MAX);
    if (value !== field.text) {
      this.#warn({ path, message: `cut to ${VALUE_BYTES_MAX} bytes` });
    }
    this.#entries.set(field.name, value);
  }

  /** The entries; own properties even where a name is that of a part of every object. */
  entries(): Record<string, string> {
    return Object.fromEntries(this.#entries);
  }

  #noteLeftOut(): void {
    this.#leftOut += 1;
    if (this.#leftOut === 1) {
      const message = `more than ${ENTRIES_MAX} fields: the others are left out`;
      this.warnings.push({ path: 'metadata', message });
    }
  }

  #warn(warning: FieldError): void {
    if (this.warnings.length < ENTRIES_MAX) this.warnings.push(warning);
  }
}
