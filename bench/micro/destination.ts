/** What does it cost to read a click's query and to build the URL that it is sent to? */
import { compileDestination } from '../../core/destination/compile.ts';
import { Query } from '../../core/destination/query.ts';
import type { CompiledDestination, DestinationInput } from '../../core/destination/render.ts';
import { effort, freshCopies, measure, nanosecondsPer, sink, timingRow } from './measure.ts';
import { type BenchRow, resultHash, type Size } from './result.ts';

const BENCH = 'destination';
const OPERATIONS = 50_000;
const SHOP = 'https://shop.acmecorp.com/summer-sale';
const PLAIN = 'click_id=fb_123abc&source=facebook&medium=cpc&utm_campaign=summer2024';
const ENCODED = 'click_id=fb%20123&source=face+book&medium=c%C3%A9pc&q=summer%202024';

export function destination(size: Size): BenchRow[] {
  return [
    parseRow('query', '4 plain parameters', PLAIN, size, 300),
    parseRow('query', '4 encoded parameters', ENCODED, size),
    renderRow('constant', SHOP, [], size),
    renderRow('2 parameters handed on', SHOP, ['click_id', 'source'], size, 500),
    renderRow('4 macros', `${SHOP}?a={campaign_id}&b={param.source}&c={country}#{os}`, [], size),
    renderRow('all parameters handed on', SHOP, 'all', size),
    compileRow(size),
  ];
}

/** Parses a query and reads all of its values, as encoding the row does. */
function parseRow(what: string, parameters: string, text: string, size: Size, budgetNs?: number) {
  const { samples, operations } = effort(size, OPERATIONS);
  const query = new Query();
  const timing = measure(samples, () => {
    const texts = freshCopies(Array.from({ length: operations }, () => text));
    return nanosecondsPer(operations, () => {
      let sum = 0;
      for (let index = 0; index < texts.length; index++) {
        query.parse(texts[index] as string);
        for (let pair = 0; pair < query.count; pair++) {
          sum += query.value(pair).length;
        }
      }
      sink.value += sum;
    });
  });
  query.parse(text);
  const pairs = Array.from({ length: query.count }, (_, pair) => [
    query.name(pair),
    query.value(pair),
  ]);
  const hash = resultHash(pairs.flat());
  return timingRow({ bench: BENCH, what, parameters, hash }, timing, budgetNs);
}

/** Renders a destination and writes it where the reply goes, because the text is lazy until then. */
function renderRow(
  parameters: string,
  template: string,
  passthrough: string[] | 'all',
  size: Size,
  budgetNs?: number,
): BenchRow {
  const { samples, operations } = effort(size, OPERATIONS);
  const compiled = compileOrThrow(template, passthrough);
  const click = exampleClick();
  const reply = Buffer.alloc(8_192);
  const timing = measure(samples, () =>
    nanosecondsPer(operations, () => {
      let sum = 0;
      for (let index = 0; index < operations; index++) {
        sum += reply.write(compiled.render(click), 0, 'latin1');
      }
      sink.value += sum;
    }),
  );
  const hash = resultHash([compiled.render(click)]);
  return timingRow({ bench: BENCH, what: 'render', parameters, hash }, timing, budgetNs);
}

/** A campaign's destination is compiled when its first click comes. */
function compileRow(size: Size): BenchRow {
  const { samples, operations } = effort(size, OPERATIONS / 50);
  const template = `${SHOP}?a={campaign_id}&b={param.source}`;
  const timing = measure(samples, () =>
    nanosecondsPer(operations, () => {
      for (let index = 0; index < operations; index++) {
        sink.value += compileOrThrow(`${template}&n=${index}`, ['click_id']).origin.length;
      }
    }),
  );
  const hash = resultHash([compileOrThrow(template, ['click_id']).render(exampleClick())]);
  return timingRow({ bench: BENCH, what: 'compile', parameters: '2 macros', hash }, timing);
}

function compileOrThrow(template: string, passthrough: string[] | 'all'): CompiledDestination {
  const outcome = compileDestination(template, passthrough);
  if (outcome.kind === 'refused') {
    throw new Error(`${template} was refused: ${JSON.stringify(outcome.faults)}`);
  }
  return outcome.destination;
}

function exampleClick(): DestinationInput {
  const query = new Query();
  query.parse(PLAIN);
  return {
    clickId: 'fb_123abc',
    eventId: 'evt_0123456789abcdef',
    userId: 'usr_0123456789abcdef',
    campaignId: 'summer_sale',
    source: 'facebook',
    medium: 'cpc',
    country: 'US',
    region: 'CA',
    city: 'San Francisco',
    deviceType: 'mobile',
    os: 'iOS',
    browser: 'Safari',
    language: 'en-US',
    occurredAtMs: 1_718_447_445_123,
    query,
  };
}
