/** What a hostile request tries; the request is the n-th of its seed, always the same. */
export type HostileRequest = { kind: string; bytes: Buffer };

const EVIL = [
  '\r\nSet-Cookie: evil=1',
  '%0d%0aSet-Cookie:%20evil=1',
  '%0D%0A%0D%0A<script>alert(1)</script>',
  '\nLocation: https://evil.com/',
  '//evil.com',
  '///evil.com',
  '/\\evil.com',
  '%2f%2fevil.com',
  '@evil.com',
  '%40evil.com/',
  ':pass@evil.com',
  'https://evil.com',
  'javascript:alert(1)',
  '../../../../evil.com',
  '%2e%2e/%2e%2e/evil.com',
  '.evil.com',
  '#@evil.com',
  '?x=//evil.com',
  '\u0000',
  '%00',
  '%',
  '%zz',
  '%e0%80%80',
  '%ff%fe',
  '\u202eevil.com',
  'ﬀ😀𝒳',
  '{click_id}{param.x}',
  '<img src=x onerror=alert(1)>',
  "' OR 1=1 --",
  '$\u007b7*7}',
];

/** Every parameter and header that the hostile campaign's destination is made from. */
const PARAMETERS = ['click_id', 'source', 'medium', 'path', 'x', 'frag', 'utm_source', 'host'];
const HEADERS = ['Referer', 'User-Agent', 'Accept-Language', 'Cookie', 'X-Forwarded-For', 'X-Any'];

/**
 * Makes hostile requests: random bytes, damaged HTTP, bad encodings, huge headers and URLs, and text that
 * wants to break out of a redirect in each parameter and header a destination is made from.
 */
export class HostileRequests {
  readonly #host: string;
  readonly #campaign: string;
  readonly #apiKey: string;
  #state: number;

  constructor(options: { seed: number; host: string; campaign: string; apiKey: string }) {
    this.#state = options.seed;
    this.#host = options.host;
    this.#campaign = options.campaign;
    this.#apiKey = options.apiKey;
  }

  next(): HostileRequest {
    switch (this.#below(10)) {
      case 0:
        return { kind: 'random bytes', bytes: this.#randomBytes(this.#below(2_000)) };
      case 1:
        return { kind: 'random bytes in the URL', bytes: this.#randomUrl() };
      case 2:
        return { kind: 'huge headers', bytes: this.#hugeHeaders() };
      case 3:
        return { kind: 'huge URL', bytes: this.#get(this.#text().repeat(2_000), '') };
      case 4:
        return { kind: 'hostile headers', bytes: this.#hostileHeaders() };
      case 5:
        return { kind: 'hostile body', bytes: this.#hostileBody() };
      case 6:
        return {
          kind: 'hostile path',
          bytes: this.#get('', '', `/in/${this.#campaign}${this.#text()}`),
        };
      default:
        return { kind: 'hostile parameters', bytes: this.#get(this.#query(), '') };
    }
  }

  #query(): string {
    const pairs: string[] = [];
    for (let index = 0; index <= this.#below(6); index++) {
      pairs.push(`${this.#pick(PARAMETERS)}=${this.#text()}`);
    }
    return pairs.join('&');
  }

  #text(): string {
    const evil = this.#pick(EVIL);
    return this.#below(2) === 0 ? evil : evil + this.#pick(EVIL);
  }

  #get(query: string, headers: string, path = `/in/${this.#campaign}`): Buffer {
    const target = query === '' ? path : `${path}?${query}`;
    return Buffer.from(`GET ${target} HTTP/1.1\r\nHost: ${this.#host}\r\n${headers}\r\n`, 'utf8');
  }

  #randomUrl(): Buffer {
    return Buffer.concat([
      Buffer.from(`GET /in/${this.#campaign}?x=`),
      this.#randomBytes(this.#below(300)),
      Buffer.from(` HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`),
    ]);
  }

  #hugeHeaders(): Buffer {
    const count = this.#below(150);
    const value = 'h'.repeat(this.#below(30_000));
    return this.#get('', `X-Big: ${value}\r\n${'X-Many: 1\r\n'.repeat(count)}`);
  }

  #hostileHeaders(): Buffer {
    let headers = '';
    for (let index = 0; index <= this.#below(5); index++) {
      headers += `${this.#pick(HEADERS)}: ${this.#text()}\r\n`;
    }
    return this.#get(this.#query(), headers);
  }

  #hostileBody(): Buffer {
    const body = Buffer.concat([
      Buffer.from(this.#pick(['{"click_id":', '[', 'click_id=', '{"type":"a","url":"', ''])),
      this.#below(2) === 0 ? this.#randomBytes(this.#below(500)) : Buffer.from(this.#text()),
      Buffer.from(this.#pick(['}', ']', '"}', '&value=1e9', ''])),
    ]);
    const path = this.#pick(['/postback', '/collect']);
    const type = this.#pick([
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
    ]);
    const length = this.#below(20) === 0 ? body.length + 5 : body.length;
    const head = `POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nAuthorization: Bearer ${this.#apiKey}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  }

  #randomBytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let index = 0; index < length; index++) {
      bytes[index] = this.#below(256);
    }
    return bytes;
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 4_294_967_296) * limit);
  }
}
