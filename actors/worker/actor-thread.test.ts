import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeConversion } from '../../core/conversion-codec.ts';
import { readSegment } from '../log/segment-reader.ts';
import { REQUEST_KIND } from '../mailbox/layout.ts';
import { type DecodedRow, decodeRow } from '../ship/row-decoder.ts';
import { ACME, SUMMER_SALE, TestThread } from './test-thread.ts';

const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const EXAMPLE = {
  kind: REQUEST_KIND.click,
  path: '/in/summer_sale',
  query: 'click_id=fb_123abc&source=facebook&medium=cpc&utm_campaign=summer2024',
  headers: {
    host: 'track.acmecorp.com',
    'user-agent': SAFARI,
    'accept-language': 'en-US,en;q=0.9',
    referer: 'https://www.facebook.com/',
    cookie: 'session=secret',
  },
} as const;

let actor: TestThread;
beforeEach(() => {
  actor = new TestThread();
});
afterEach(() => actor.dispose());

function segments(lane: string): Buffer[] {
  const directory = join(actor.folder, lane);
  return readdirSync(directory)
    .sort()
    .flatMap((file) =>
      [...readSegment(join(directory, file)).payloads].map((payload) => Buffer.from(payload)),
    );
}

const rows = (): DecodedRow[] => segments('clicks').map((payload) => decodeRow(payload));
const conversions = () => segments('conversions').map((payload) => decodeConversion(payload));

describe('a click', () => {
  it('of example 1 is answered with exactly the destination of the example, and recorded whole', () => {
    const reply = actor.answer(EXAMPLE);
    const [location, ...lines] = reply.head.split('\r\n');
    expect(reply).toMatchObject({ status: 302, outcome: 'redirected' });
    expect(location).toBe(
      'https://shop.acmecorp.com/summer-sale?click_id=fb_123abc&source=facebook',
    );
    expect(lines[0]).toBe('Cache-Control: no-store');
    const [row, ...others] = rows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      organization_id: 'org_acmecorp',
      event_type: 'click',
      click_id: 'fb_123abc',
      url: '/in/summer_sale',
      campaign_id: 'summer_sale',
      destination: location,
      tags: ['summer'],
      source: 'facebook',
      medium: 'cpc',
      referer: 'https://www.facebook.com/',
      ip: '203.0.113.9',
      device_type: 'mobile',
      os: 'iOS',
      browser: 'Safari',
      user_agent: SAFARI,
      language: 'en-US',
      is_bot: false,
      query_params: {
        click_id: 'fb_123abc',
        source: 'facebook',
        medium: 'cpc',
        utm_campaign: 'summer2024',
      },
    });
    expect(row?.event_id).toMatch(/^evt_[0-9a-f]{16}$/);
    expect(row?.user_id).toMatch(/^usr_[0-9a-f]{16}$/);
    expect(lines[1]).toMatch(new RegExp(`^Set-Cookie: trl_uid=${row?.user_id}; Path=/;`));
    expect(row?.headers).toEqual({
      Host: 'track.acmecorp.com',
      'User-Agent': SAFARI,
      'Accept-Language': 'en-US,en;q=0.9',
      Referer: 'https://www.facebook.com/',
    });
  });

  it('of a visitor with our cookie keeps that identity and sets no cookie', () => {
    const cookie = 'a=b; trl_uid=usr_00000000000000ff';
    const reply = actor.answer({ ...EXAMPLE, headers: { ...EXAMPLE.headers, cookie } });
    expect(reply.head).not.toContain('Set-Cookie');
    expect(rows()[0]?.user_id).toBe('usr_00000000000000ff');
  });

  it('sets no cookie where the organisation wants none', () => {
    actor.configureOrganization({ ...ACME, cookies: false });
    expect(actor.answer(EXAMPLE).head).not.toContain('Set-Cookie');
  });

  it('of a real address behind a trusted proxy is placed', () => {
    actor.answer({
      ...EXAMPLE,
      peer: '127.0.0.1',
      headers: { ...EXAMPLE.headers, 'x-forwarded-for': '8.8.8.8' },
    });
    expect(rows()[0]).toMatchObject({ ip: '8.8.8.8', country: 'US' });
    expect(rows()[0]?.city).not.toBe('');
  });

  it('without a click id passes its event id on', () => {
    const reply = actor.answer({ ...EXAMPLE, query: 'utm_source=news' });
    const [row] = rows();
    expect(row?.click_id).toBe(row?.event_id);
    expect(row?.source).toBe('news');
    expect(reply.head).toContain(`summer-sale?click_id=${row?.event_id}\r\n`);
  });

  it('for an unknown, paused or archived campaign is recorded without one', () => {
    for (const status of ['paused', 'archived'] as const) {
      actor.configure({ ...SUMMER_SALE, status });
      expect(actor.answer(EXAMPLE)).toMatchObject({ status: 404, outcome: 'unknown_campaign' });
    }
    const organization = { ...ACME, fallback_url: 'https://acme.example/?lost={campaign_id}' };
    actor.configureOrganization(organization);
    const reply = actor.answer({ ...EXAMPLE, path: '/in/nothing' });
    expect(reply.head.split('\r\n')[0]).toBe('https://acme.example/?lost=');
    expect(rows().map((row) => row.campaign_id)).toEqual([null, null, null]);
  });

  it('by HEAD is answered the same and counts as a bot', () => {
    const reply = actor.answer({ ...EXAMPLE, kind: REQUEST_KIND.clickHead });
    expect(reply.status).toBe(302);
    expect(rows()[0]).toMatchObject({ is_bot: true, bot_reason: 'head_request' });
  });

  it('with bad percent-encoding keeps it raw', () => {
    const reply = actor.answer({ ...EXAMPLE, path: '/in/summer_sale%zz', query: 'source=%E4%zz' });
    expect(reply.outcome).toBe('unknown_campaign');
    expect(rows()[0]?.query_params).toEqual({ source: '%E4%zz' });
  });

  it('while the log is full is redirected all the same and counted as dropped', () => {
    actor.limits[0] = 1;
    expect(actor.answer(EXAMPLE)).toMatchObject({ status: 302, outcome: 'dropped_log_full' });
    expect(actor.counters.get('rows_dropped')).toBe(1);
    actor.limits[0] = 0;
    expect(actor.answer(EXAMPLE)).toMatchObject({ status: 302, outcome: 'redirected' });
    expect(rows().length).toBe(1);
  });

  it('is served plainly when its organisation is in quarantine', () => {
    actor.organizations.quarantine(0, actor.nowMs + 1);
    const request = { ...EXAMPLE, peer: '8.8.8.8' };
    expect(actor.answer(request)).toMatchObject({ status: 302, outcome: 'quarantined' });
    expect(rows()[0]).toMatchObject({ campaign_id: 'summer_sale', country: '' });
    actor.nowMs += 1;
    expect(actor.answer(request).outcome).toBe('redirected');
  });
});

describe('a thread that died', () => {
  const crash = { ...EXAMPLE, headers: { ...EXAMPLE.headers, 'x-trellis-fault': 'crash' } };

  it('over a request leaves its mailbox to its successors; the third serves that request plainly', () => {
    actor.submit(EXAMPLE);
    actor.submit(crash);
    actor.submit({ ...EXAMPLE, path: '/in/later' });
    expect(() => actor.thread.serveBatch()).toThrow(/injected/);
    expect(rows()).toEqual([]);
    actor.restart();
    expect(() => actor.thread.serveOrphans()).toThrow(/injected/);
    actor.restart();
    expect(actor.thread.serveOrphans()).toBe(2);
    actor.thread.serveBatch();
    expect(actor.replies().map((reply) => reply.outcome)).toEqual([
      'redirected',
      'quarantined',
      'unknown_campaign',
    ]);
    expect(rows().length).toBe(3);
  });

  it('after the write and before the replies: its successor answers and does not record again', () => {
    actor.submit(EXAMPLE);
    actor.submit({ ...EXAMPLE, query: 'click_id=second' });
    // Dies at the last moment: the row is in the log, the reply is not published.
    actor.mailbox.complete = () => {
      throw new Error('died');
    };
    expect(() => actor.thread.serveBatch()).toThrow('died');
    expect(rows().length).toBe(2);
    const before = rows().map((row) => row.event_id);
    actor.restart();
    expect(actor.thread.serveOrphans()).toBe(2);
    expect(actor.replies().map((reply) => reply.status)).toEqual([302, 302]);
    expect(rows().map((row) => row.event_id)).toEqual(before);
  });

  it('between some replies and others answers each once', () => {
    for (let click = 0; click < 5; click++) {
      actor.submit({ ...EXAMPLE, query: `click_id=c${click}` });
    }
    const complete = actor.mailbox.complete.bind(actor.mailbox);
    let completed = 0;
    actor.mailbox.complete = (slot) => {
      completed++;
      if (completed === 3) {
        throw new Error('died');
      }
      complete(slot);
    };
    expect(() => actor.thread.serveBatch()).toThrow('died');
    actor.restart();
    expect(actor.mailbox.republishReplies()).toBe(2);
    expect(actor.thread.serveOrphans()).toBe(3);
    expect(actor.replies().length).toBe(5);
    expect(new Set(rows().map((row) => row.click_id)).size).toBe(5);
    expect(rows().length).toBe(5);
  });
});

describe('a postback', () => {
  const postback = (body: object, query = '') => ({
    kind: REQUEST_KIND.postback,
    path: '/postback',
    query,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const purchase = {
    click_id: 'fb_123abc',
    event: 'purchase',
    value: 99.99,
    order_id: 'ORD-456789',
  };

  it('is in the conversion log and synced before it is handed to the ledger', () => {
    actor.submit(postback(purchase));
    actor.thread.serveBatch();
    expect(actor.replies()).toEqual([]);
    actor.syncer.run();
    actor.thread.serveBatch();
    const [reply] = actor.replies();
    const [record] = conversions();
    expect(record).toMatchObject({
      click_id: 'fb_123abc',
      conversion_event: 'purchase',
      conversion_value: '99.99',
      currency: 'USD',
      order_id: 'ORD-456789',
    });
    expect(JSON.parse(reply?.head ?? '')).toEqual({
      status: 'accepted',
      event_id: record?.event_id,
    });
    expect(decodeConversion(reply?.bytes ?? Buffer.alloc(0))).toEqual(record);
  });

  it('that comes again is a duplicate with the event id of the first, and logged once', () => {
    const first = actor.answer(postback(purchase));
    const second = actor.answer(postback(purchase));
    expect(second.outcome).toBe('duplicate');
    expect(JSON.parse(second.body)).toEqual({
      status: 'duplicate',
      event_id: JSON.parse(first.head).event_id,
    });
    const other = actor.answer(postback({ ...purchase, order_id: 'ORD-2' }));
    expect(other.outcome).toBe('accepted');
    expect(conversions().length).toBe(2);
  });

  it('with faults is refused with the name of each faulty field, and not logged', () => {
    const reply = actor.answer(postback({ value: 'much', currency: 'XXQ' }));
    expect(reply.status).toBe(400);
    const paths = JSON.parse(reply.body).errors.map((error: { path: string }) => error.path);
    expect(paths.sort()).toEqual(['click_id', 'currency', 'value']);
    expect(conversions()).toEqual([]);
  });
});

describe('visits', () => {
  const visit = {
    type: 'pageview',
    url: 'https://acme.example/a',
    referer: 'https://www.google.com/',
  };
  const collect = (body: unknown) => ({
    kind: REQUEST_KIND.collect,
    path: '/collect',
    headers: { 'user-agent': SAFARI },
    body: JSON.stringify(body),
  });

  it('are recorded, one or many, and answered when they are synced', () => {
    actor.submit(collect([visit, { ...visit, url: 'https://acme.example/b', params: { a: 1 } }]));
    actor.thread.serveBatch();
    expect(actor.replies()).toEqual([]);
    actor.syncer.run();
    actor.thread.serveBatch();
    const [reply] = actor.replies();
    expect(reply).toMatchObject({ status: 200, outcome: 'recorded' });
    expect(JSON.parse(reply?.body ?? '')).toEqual({ status: 'accepted', events: 2 });
    expect(rows()).toMatchObject([
      {
        event_type: 'pageview',
        url: 'https://acme.example/a',
        source: 'google',
        medium: 'organic',
      },
      { url: 'https://acme.example/b', query_params: { a: '1' }, campaign_id: null },
    ]);
    expect(new Set(rows().map((row) => row.event_id)).size).toBe(2);
  });

  it('are refused all together, with the place of each fault', () => {
    const reply = actor.answer(
      collect([visit, { type: 'click', url: 5, occurred_at: 'yesterday' }]),
    );
    expect(reply.status).toBe(400);
    const paths = JSON.parse(reply.body).errors.map((error: { path: string }) => error.path);
    expect(paths.sort()).toEqual(['[1].occurred_at', '[1].type', '[1].url']);
    expect(rows()).toEqual([]);
    expect(actor.answer(collect([])).status).toBe(400);
    expect(actor.answer(collect(new Array(501).fill(visit))).status).toBe(400);
    expect(actor.answer({ ...collect(0), body: '{' }).status).toBe(400);
  });

  it('by pixel carry the page that shows it', () => {
    const headers = { referer: 'https://acme.example/page', 'user-agent': SAFARI };
    const reply = actor.answer({
      kind: REQUEST_KIND.pixel,
      path: '/pixel.gif',
      headers,
      query: 'x=1',
    });
    expect(reply).toMatchObject({ status: 200, body: '', outcome: 'recorded' });
    expect(rows()).toMatchObject([
      { event_type: 'pageview', url: 'https://acme.example/page', query_params: { x: '1' } },
    ]);
  });

  it('that cannot be made durable are answered 503', () => {
    actor.limits[0] = 1;
    expect(actor.answer(collect(visit)).status).toBe(503);
  });
});

it('a request for an organisation that is not configured is answered 503', () => {
  expect(actor.answer({ ...EXAMPLE, organization: 9 }).status).toBe(503);
});
