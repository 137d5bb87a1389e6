import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { outputOf, spawnOwned } from './children.ts';
import {
  ADDRESS_ENDS,
  CLICKS_PER_ADDRESS,
  firstVisitorOf,
  type RequestTemplate,
} from './traffic.ts';

/** As many as the other figures of this project were measured with. */
export const WRK_CONNECTIONS = 64;

const resultSchema = z.object({
  requests: z.number(),
  seconds: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
  failed: z.number(),
});
/** Of one run of wrk; `failed`: broken connections, timeouts and answers of 400 and more. */
export type WrkResult = z.infer<typeof resultSchema>;

/**
 * Sends the templates in turn as `requestText` does, each with a click id of its own. The texts come from
 * a file: zero bytes stand between them.
 */
const SCRIPT = `
local befores, afters, ends, count, prefix, number = {}, {}, {}, 0, '', 0
local firstVisitor, clicksPerAddress, addressEnds, floor = 0, 1, 1, math.floor

function init(args)
  prefix = args[2]
  firstVisitor, clicksPerAddress, addressEnds = args[3] + 0, args[4] + 0, args[5] + 0
  local file = io.open(args[1], 'rb')
  for before, after, address in file:read('*a'):gmatch('(%Z*)%z(%Z*)%z(%Z*)%z') do
    count = count + 1
    befores[count], afters[count], ends[count] = before, after, address + 0
  end
  file:close()
end

function request()
  local index, repetition = number % count + 1, floor(number / count)
  local visitor = firstVisitor + floor(repetition / clicksPerAddress)
  local address = (ends[index] + visitor) % addressEnds
  number = number + 1
  return befores[index] .. prefix .. number .. afters[index] ..
    floor(address / 256) .. '.' .. address % 256 .. '\\r\\n\\r\\n'
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\\nresult {"requests":%d,"seconds":%f,"p50Ms":%f,"p99Ms":%f,"maxMs":%f,"failed":%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;

/** A wrk that is ready to send the same requests to one target after the other. */
export class Wrk {
  readonly #program: string;
  readonly #script: string;
  readonly #templates: string;

  /** @param folder for its files; exists */
  constructor(program: string, folder: string, templates: readonly RequestTemplate[]) {
    this.#program = program;
    this.#script = join(folder, 'requests.lua');
    this.#templates = join(folder, 'requests');
    writeFileSync(this.#script, SCRIPT);
    const texts = templates.map(
      ({ before, after, addressEnd }) => `${before}\0${after}\0${addressEnd}\0`,
    );
    writeFileSync(this.#templates, texts.join(''));
  }

  /**
   * As many requests as the target answers, over `WRK_CONNECTIONS` connections from one thread.
   *
   * @param prefix begins each click id
   */
  async run(port: number, seconds: number, prefix: string): Promise<WrkResult> {
    const args = [
      ...['-t', '1', '-c', String(WRK_CONNECTIONS), '-d', `${seconds}s`, '--timeout', '10s'],
      ...['-s', this.#script, `http://127.0.0.1:${port}/`, '--', this.#templates, prefix],
      ...[firstVisitorOf(prefix), CLICKS_PER_ADDRESS, ADDRESS_ENDS].map(String),
    ];
    const child = spawnOwned(this.#program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const { code, output } = await outputOf(child);
    const json = /^result (.*)$/m.exec(output)?.[1];
    if (code !== 0 || json === undefined) {
      throw new Error(`wrk ended with ${code}:\n${output}`);
    }
    return resultSchema.parse(JSON.parse(json));
  }
}
