/** The samples of a text that a metrics endpoint answers with. */
export class Exposition {
  readonly #values = new Map<string, number[]>();

  /** @param text Prometheus's text format 0.0.4 */
  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [, name, value] = SAMPLE.exec(line) ?? [];
      if (name !== undefined && value !== undefined) {
        const known = this.#values.get(name);
        if (known === undefined) {
          this.#values.set(name, [Number(value)]);
        } else {
          known.push(Number(value));
        }
      }
    }
  }

  /** The sum of a metric over all its labels; 0 when it has no samples (yet). */
  sum(name: string): number {
    return (this.#values.get(name) ?? []).reduce((sum, value) => sum + value, 0);
  }
}

/** A name, labels whose values may hold braces, and a number; neither comments nor NaN. */
const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{.*\})? ([+-]?[\d.]+(?:e[+-]?\d+)?)(?: -?\d+)?$/i;
