import { describe, expect, test } from 'vitest';
import { type ParsedPostback, parsePostback } from './parse.ts';

const json = (body: string | Uint8Array, query = ''): ParsedPostback =>
  parsePostback(
    { method: 'POST', contentType: 'application/json', body: Buffer.from(body), query },
    'EUR',
  );
const form = (body: string, query = ''): ParsedPostback =>
  parsePostback(
    {
      method: 'POST',
      contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
      body: Buffer.from(body),
      query,
    },
    'EUR',
  );
const get = (query: string): ParsedPostback =>
  parsePostback({ method: 'GET', contentType: '', body: Buffer.alloc(0), query }, 'EUR');

function postbackOf(parsed: ParsedPostback) {
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.errors));
  return parsed.postback;
}

function errorsOf(parsed: ParsedPostback): Record<string, string> {
  if (parsed.kind !== 'refused') throw new Error('it was not refused');
  return Object.fromEntries(parsed.errors.map(({ path, message }) => [path, message]));
}

describe('a postback', () => {
  const expected = {
    click_id: 'fb_123abc',
    conversion_event: 'purchase',
    conversion_value: '99.99',
    currency: 'USD',
    order_id: 'ORD-456789',
    metadata: {},
  };

  test('is read from JSON', () => {
    const body = `{"click_id": "fb_123abc", "event": "purchase",
      "value": 99.99, "currency": "USD", "order_id": "ORD-456789"}`;
    expect(postbackOf(json(body))).toEqual(expected);
  });

  test('is read from a form', () => {
    const body = 'click_id=fb_123abc&event=purchase&value=99.99&currency=usd&order_id=ORD-456789';
    expect(postbackOf(form(body))).toEqual(expected);
  });

  test('is read from a query with the names that networks use', () => {
    const query = 'click_id=fb_123abc&event=purchase&payout=99.99&currency=USD&txid=ORD-456789';
    expect(postbackOf(get(query))).toEqual(expected);
  });

  test('that is POSTed without a body is read from the query', () => {
    expect(postbackOf(form('', 'click_id=a&value=1')).click_id).toBe('a');
  });

  test('that is POSTed with both takes what the body has from the body', () => {
    const { click_id, conversion_value } = postbackOf(form('value=2', 'click_id=a&value=1'));
    expect([click_id, conversion_value]).toEqual(['a', '2']);
  });

  test('without content type is read as what it looks like', () => {
    const request = { method: 'POST', contentType: '', query: '' };
    const asJson = { ...request, body: Buffer.from(' {"click_id":"a"}') };
    const asForm = { ...request, body: Buffer.from('click_id=a') };
    expect(postbackOf(parsePostback(asJson, 'EUR')).click_id).toBe('a');
    expect(postbackOf(parsePostback(asForm, 'EUR')).click_id).toBe('a');
  });

  test('that names only its click is a conversion worth 0 in the currency of the organisation', () => {
    expect(postbackOf(json('{"click_id":"a","event":null,"order_id":null}'))).toEqual({
      click_id: 'a',
      conversion_event: 'conversion',
      conversion_value: '0',
      currency: 'EUR',
      order_id: '',
      metadata: {},
    });
  });

  test('may have numbers for ids', () => {
    const postback = postbackOf(json('{"click_id": 12345678901234567890, "txid": 42}'));
    expect([postback.click_id, postback.order_id]).toEqual(['12345678901234567890', '42']);
  });

  test('is decoded like a form: plus is a space, broken escapes stand for themselves', () => {
    const postback = postbackOf(get('click_id=a%2Bb+c%zz%&order_id=%C3%BC%F0%9F%8E%89'));
    expect([postback.click_id, postback.order_id]).toEqual(['a+b c%zz%', 'ü🎉']);
  });
});

describe('an amount', () => {
  test.each([
    ['12345678901234.5678', '12345678901234.5678'],
    ['0.3', '0.3'],
    ['1.10', '1.10'],
    ['-0', '0'],
    ['"99.9900"', '99.9900'],
    ['" 5 "', '5'],
    ['"007"', '7'],
  ])('sent as %s in JSON is %s', (sent, value) => {
    expect(postbackOf(json(`{"click_id":"a","value":${sent}}`)).conversion_value).toBe(value);
  });

  test.each([
    ['"abc"', 'is not a number'],
    ['""', 'is not a number'],
    ['true', 'is not a number'],
    ['{}', 'is not a number'],
    ['[1]', 'is not a number'],
    ['"1,5"', 'is not a number'],
    ['-0.01', 'is negative'],
    ['1e2', 'exponent'],
    ['"1E2"', 'exponent'],
    ['0.30000000000000004', 'more than 4 decimals'],
    ['100000000000000', 'too large'],
    ['"{payout}"', 'is a macro that the network did not replace'],
  ])('sent as %s in JSON is refused: %s', (sent, message) => {
    expect(errorsOf(json(`{"click_id":"a","value":${sent}}`)).value).toContain(message);
  });

  test('under its other name is refused under the name it was sent with', () => {
    expect(errorsOf(get('click_id=a&payout={payout}'))).toEqual({
      payout: 'payout "{payout}" is a macro that the network did not replace with a value',
    });
  });

  test('of a sale stands beside the payout for it, which is then metadata', () => {
    const postback = postbackOf(get('click_id=a&payout=10&value=100'));
    expect([postback.conversion_value, postback.metadata]).toEqual(['100', { payout: '10' }]);
  });

  test('that is sent twice is never guessed', () => {
    const message = 'value is sent more than once, with different values';
    expect(get('click_id=a&value=1&value=2&value=3')).toEqual({
      kind: 'refused',
      errors: [{ path: 'value', message }],
    });
    expect(errorsOf(json('{"click_id":"a","value":1,"value":2}'))).toEqual({ value: message });
    expect(postbackOf(get('click_id=a&value=1&value=1')).conversion_value).toBe('1');
  });
});

describe('a refusal', () => {
  test('names every bad field at once', () => {
    const body = '{"click_id":"","event":"a\\u0007b","value":"x","currency":"ZZZ","order_id":[]}';
    expect(errorsOf(json(body))).toEqual({
      click_id: 'click_id is empty',
      event: 'event has control characters',
      value: 'value "x" is not a number',
      currency: 'currency "ZZZ" is no currency code of ISO 4217, such as USD',
      order_id: 'order_id must be a string',
    });
  });

  test.each([
    '{click_id}',
    '{{click_id}}',
    `\${click_id}`,
    '[click_id]',
    '%%click_id%%',
    '__CLICK__',
    '!!!clickRef!!!',
    '[[[subid1]]]',
  ])('says that %s is a macro that was not replaced', (macro) => {
    const query = `click_id=${encodeURIComponent(macro)}`;
    expect(errorsOf(get(query)).click_id).toContain('is a macro that the network did not');
  });

  test('counts the bytes of an id, not its characters', () => {
    expect(postbackOf(get(`click_id=${'x'.repeat(256)}`)).click_id).toHaveLength(256);
    expect(errorsOf(get(`click_id=${'x'.repeat(257)}`)).click_id).toContain('257 bytes');
    expect(errorsOf(get(`click_id=${'ü'.repeat(129)}`)).click_id).toContain('258 bytes');
    expect(errorsOf(get(`click_id=a&txid=${'x'.repeat(257)}`)).txid).toContain('257 bytes');
    expect(errorsOf(get(`click_id=a&event=${'x'.repeat(65)}`)).event).toContain('65 bytes');
  });

  test.each([
    ['%00', 'control characters'],
    ['a%0Ab', 'control characters'],
    ['%ff', 'not valid UTF-8'],
    ['%ed%a0%80', 'not valid UTF-8'],
  ])('names an id that no database stores: %s', (encoded, message) => {
    expect(errorsOf(get(`click_id=${encoded}`)).click_id).toContain(message);
  });

  test('names half a surrogate pair', () => {
    expect(errorsOf(json('{"click_id":"\\ud83c"}')).click_id).toContain('control characters');
  });

  test.each([
    ['{"click_id":', 'is not valid JSON'],
    ['[{"click_id":"a"}]', 'JSON array'],
    ['"a"', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    [Uint8Array.of(0x7b, 0xff, 0x7d), 'is not valid UTF-8'],
  ])('says what is wrong with the body: %s', (body, message) => {
    expect(errorsOf(json(body)).body).toContain(message);
  });

  test('says which bodies are read', () => {
    const body = Buffer.from('<a/>');
    const request = { method: 'POST', contentType: 'text/xml', body, query: '' };
    expect(errorsOf(parsePostback(request, 'EUR')).body).toContain('must be JSON');
  });

  test('is given to an event that would be taken for a click', () => {
    expect(errorsOf(get('click_id=a&event=Click')).event).toContain('cannot be the name');
    expect(errorsOf(get('click_id=a&event=x%E2%80%AEy')).event).toContain('cannot be printed');
  });
});

describe('metadata', () => {
  test('is everything else, as text', () => {
    const body = `{"click_id":"a","n":1.50,"yes":true,"nothing":null,"s":"\\u00fc\\n",
      "list":[1, {"x":"]\\"}"}],"__proto__":"p","amount":12345678901234567890}`;
    const { metadata } = postbackOf(json(body));
    expect(Object.entries(metadata)).toEqual([
      ['n', '1.50'],
      ['yes', 'true'],
      ['s', 'ü\n'],
      ['list', '[1, {"x":"]\\"}"}]'],
      ['__proto__', 'p'],
      ['amount', '12345678901234567890'],
    ]);
  });

  test('never has the token, wherever it stands', () => {
    for (const parsed of [
      get('click_id=a&token=secret&Token=secret'),
      form('click_id=a&token=secret'),
      json('{"click_id":"a","token":"secret"}', 'token=secret'),
    ]) {
      expect(JSON.stringify(postbackOf(parsed))).not.toContain('secret');
    }
    const refusal = JSON.stringify(errorsOf(get('token=secret&token=secret2&value=x')));
    expect(refusal).not.toContain('secret');
  });

  test('keeps the first of two values', () => {
    expect(postbackOf(get('click_id=a&b=1&b=2')).metadata).toEqual({ b: '1' });
  });

  test('beyond its bounds is cut with a warning and costs nobody a conversion', () => {
    const many = Array.from({ length: 60 }, (_, index) => `f${index}=x`).join('&');
    const parsed = get(`click_id=a&big=${'ü'.repeat(513)}&${'n'.repeat(65)}=1&${many}`);
    const { metadata } = postbackOf(parsed);
    expect(Object.keys(metadata)).toHaveLength(50);
    expect(metadata.big).toBe('ü'.repeat(512));
    expect(parsed.kind === 'ok' && parsed.warnings.map(({ path }) => path)).toEqual([
      'metadata.big',
      `metadata.${'n'.repeat(64)}`,
      'metadata',
    ]);
  });

  test('with NUL is refused, a bounded number of times', () => {
    expect(errorsOf(get('click_id=a&note=%00'))).toHaveProperty(['metadata.note']);
    const many = Array.from({ length: 3000 }, (_, index) => `f${index}=%00`).join('&');
    expect(Object.keys(errorsOf(get(`click_id=a&${many}`)))).toHaveLength(50);
  });

  test('with broken bytes from an old network is kept, with a warning', () => {
    const parsed = get('click_id=a&city=M%FCnchen');
    expect(postbackOf(parsed).metadata).toEqual({ city: 'M\ufffdnchen' });
    expect(parsed.kind === 'ok' && parsed.warnings).toHaveLength(1);
  });
});
