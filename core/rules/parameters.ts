/** Types that values are bound as. */
type ParameterType = 'String' | 'Array(String)' | 'Float64' | 'Array(Float64)';

/** The values of a query's placeholders, by name; what the ClickHouse client takes as query_params. */
export type QueryParams = Record<string, string | number | string[] | number[]>;

/** Collects the values of one SQL text. Nothing from outside ever becomes part of the text itself. */
export class Parameters {
  readonly values: QueryParams = {};
  readonly #prefix: string;
  readonly #placeholders = new Map<string, string>();

  /** @param prefix what the names begin with; different for each part of a query */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** @returns the placeholder for this value, such as `{rule0:String}`; the same for equal values */
  bind(type: ParameterType, value: string | number | string[] | number[]): string {
    const key = type + JSON.stringify(value);
    const known = this.#placeholders.get(key);
    if (known !== undefined) return known;
    const name = `${this.#prefix}${this.#placeholders.size}`;
    const placeholder = `{${name}:${type}}`;
    this.values[name] = value;
    this.#placeholders.set(key, placeholder);
    return placeholder;
  }
}
