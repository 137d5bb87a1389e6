import { Random } from '../../../core/rules/testing/random.ts';

export type JsonSchema = Record<string, unknown>;

/** Values that a careless route would pass on, fall over, or take for something else. */
export const HOSTILE_VALUES: readonly unknown[] = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e400',
    'NaN',
    'null',
    'undefined',
    '[object Object]',
    '%',
    '%00',
    '%zz',
  ],
  ...[
    "'",
    "' OR 1=1 --",
    '"; DROP TABLE campaigns; --',
    "x') UNION SELECT key_hash FROM api_keys --",
  ],
  ...['{organization_id:String}', '`', '\\', '\\x27', '/*', '*/', '$1', '{{x}}'],
  ...['../../etc/passwd', 'http://169.254.169.254/', 'javascript:alert(1)', '\r\nSet-Cookie: a=b'],
  ...['\u0000', '\ud800', '\u202e', 'ä€𝄞', 'İ', 'ß', '\u200d', '٣', 'x'.repeat(5_000)],
  ...['0000-00-00', '9999-12-31T23:59:59Z', '2024-02-30', '2024-03-31T02:30:00', '+275760-09-13'],
  ...[null, true, false, 0, -1, 0.1, 1e15, 1e308, -1e308, 2 ** 53, 4_294_967_296],
  ...[[], {}, [[]], [null], { a: 1 }, Array.from({ length: 300 }, () => 'x')],
];

/** Texts by what a member is called, so that more of a request gets past the first check. */
const KNOWN_TEXTS: Readonly<Record<string, readonly unknown[]>> = {
  start: ['2024-03-01', '2024-06-01T10:00:00+02:00', '1970-01-01'],
  end: ['2024-06-01', '2030-01-01T00:00:00Z'],
  timezone: ['UTC', 'Europe/Berlin', 'Asia/Kathmandu'],
  currency: ['USD', 'EUR', 'JPY'],
  destination: ['https://shop.example/{source}', 'https://shop.example/?a={param.x}#b'],
  url: ['https://shop.example/a?b=c', '/in/x?source=y'],
  hostname: ['track.example', 'go.example.org'],
  network: ['192.0.2.7', '192.0.2.0/24', '2001:db8:7::/48'],
  until: ['2099-01-01T00:00:00Z'],
  safe_url: ['https://shop.example/safe'],
  amount: ['1.5', 3],
  field: ['source', 'country', 'hour', 'param.sub1', 'ip', 'referer_domain', 'campaign_id', 'date'],
  operator: ['equals', 'in', 'contains', 'matches', 'gt', 'between', 'exists', 'in_cidr'],
  metrics: ['clicks', 'clicks,conversions,revenue'],
  passthrough: ['all', ['sub1']],
};

/** Makes values that a JSON Schema describes, and now and then one that it does not. */
export class JsonValues {
  readonly random: Random;
  readonly #components: Readonly<Record<string, JsonSchema>>;
  readonly #texts: Readonly<Record<string, readonly unknown[]>>;
  readonly #hostility: number;

  /**
   * @param options.components what `#/components/schemas/…` refers to
   * @param options.texts values of members by their names, before those that are known here
   * @param options.hostility chance of each value to be one that the schema may not allow
   */
  constructor(options: {
    seed: number;
    components: Readonly<Record<string, JsonSchema>>;
    texts?: Readonly<Record<string, readonly unknown[]>>;
    hostility: number;
  }) {
    this.random = new Random(options.seed);
    this.#components = options.components;
    this.#texts = { ...KNOWN_TEXTS, ...options.texts };
    this.#hostility = options.hostility;
  }

  /** @param name of the member that the value is for */
  value(schema: JsonSchema, name = '', depth = 0): unknown {
    if (this.random.chance(this.#hostility)) {
      return this.random.pick(HOSTILE_VALUES);
    }
    if (typeof schema.$ref === 'string') {
      const component = this.#components[schema.$ref.replace('#/components/schemas/', '')];
      return this.value(component ?? {}, name, depth + 1);
    }
    if ('const' in schema) {
      return schema.const;
    }
    if (Array.isArray(schema.enum)) {
      return this.random.pick(schema.enum);
    }
    const choices = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(choices)) {
      // Deep inside, the first choice: recursion has to end.
      return this.value(depth > 6 ? choices[0] : this.random.pick(choices), name, depth + 1);
    }
    return this.#typed(schema, name, depth);
  }

  #typed(schema: JsonSchema, name: string, depth: number): unknown {
    const type = Array.isArray(schema.type) ? this.random.pick(schema.type) : schema.type;
    switch (type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, name, depth);
      case 'integer':
      case 'number':
        return this.#number(schema, type);
      case 'boolean':
        return this.random.chance(0.5);
      case 'null':
        return null;
      default:
        return this.#text(schema, name);
    }
  }

  #object(schema: JsonSchema, depth: number): JsonSchema {
    const object: JsonSchema = {};
    const required = Array.isArray(schema.required) ? schema.required : [];
    for (const [name, member] of Object.entries((schema.properties ?? {}) as object)) {
      if (required.includes(name) || this.random.chance(depth > 6 ? 0.1 : 0.5)) {
        object[name] = this.value(member, name, depth + 1);
      }
    }
    const isOpen = typeof schema.additionalProperties === 'object';
    if (isOpen && this.random.chance(0.5)) {
      object.some = this.value(schema.additionalProperties as JsonSchema, 'some', depth + 1);
    }
    if (this.random.chance(this.#hostility)) {
      object[this.random.pick(['extra', 'organization_id', 'constructor', 'toString', ''])] = 1;
    }
    return object;
  }

  #array(schema: JsonSchema, name: string, depth: number): unknown[] {
    const least = typeof schema.minItems === 'number' ? schema.minItems : 0;
    const most = typeof schema.maxItems === 'number' ? schema.maxItems : least + 3;
    const length = Math.min(most, least + this.random.below(depth > 6 ? 1 : 3));
    const items = (schema.items ?? {}) as JsonSchema;
    return Array.from({ length }, () => this.value(items, name, depth + 1));
  }

  #number(schema: JsonSchema, type: string): number {
    const low = Number(schema.minimum ?? schema.exclusiveMinimum ?? 0);
    const high = Number(schema.maximum ?? schema.exclusiveMaximum ?? low + 100);
    const edge = this.random.below(6);
    const value =
      edge === 0 ? low : edge === 1 ? high : low + this.random.next() * Math.min(high - low, 100);
    return type === 'integer' ? Math.round(value) : value;
  }

  #text(schema: JsonSchema, name: string): unknown {
    const known = this.#texts[name];
    if (known !== undefined) {
      return this.random.pick(known);
    }
    if (schema.format === 'date-time') {
      return '2024-06-15T12:00:00Z';
    }
    if (schema.format === 'ipv4') {
      return '203.0.113.7';
    }
    if (schema.format === 'ipv6') {
      return '2001:db8::1';
    }
    return `text_${this.random.below(1_000)}`;
  }
}
