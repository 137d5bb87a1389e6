import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort, withTimeout } from '../../bench/support/product.ts';
import { projectRoot } from '../../core/entry-file.ts';

/** `grafana/` of the checkout. */
export const grafanaFolder = join(projectRoot, 'grafana');

const START_MS_MAX = 30_000;
const OUTPUT_CHARACTERS_MAX = 16_384;

const answerSchema = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]),
      }),
    ),
  }),
});

const rulesSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            name: z.string(),
            query: z.string(),
            /** `for`, in seconds. */
            duration: z.number(),
            labels: z.record(z.string(), z.string()),
            annotations: z.record(z.string(), z.string()),
          }),
        ),
      }),
    ),
  }),
});
export type AlertRule = z.infer<typeof rulesSchema>['data']['groups'][number]['rules'][number];

/** One series of the answer to a question about one moment. */
export type Sample = { labels: Record<string, string>; value: number };

/** A Prometheus of a test's own. */
export type TestPrometheus = {
  /** @throws Error with Prometheus's own words when the expression is faulty */
  query(expression: string): Promise<Sample[]>;
  /** All alert rules as Prometheus reads them. */
  rules(): Promise<AlertRule[]>;
  stop(): Promise<void>;
};

/**
 * Starts a real `prometheus`, which must be in PATH, with `grafana/prometheus.yml` and the alert rules.
 *
 * @param targets where engine and admin service have their metrics, instead of the containers' names
 * @param scrapeSeconds how often they are scraped and rules are looked at
 */
export async function startPrometheus(
  targets: { engine: string; admin: string },
  scrapeSeconds = 1,
): Promise<TestPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-test-prometheus-'));
  const config = readFileSync(join(grafanaFolder, 'prometheus.yml'), 'utf8')
    .replace('trellis:9464', targets.engine)
    .replace('trellis:9465', targets.admin)
    .replaceAll('15s', `${scrapeSeconds}s`);
  writeFileSync(join(folder, 'prometheus.yml'), config);
  cpSync(join(grafanaFolder, 'alerts'), join(folder, 'alerts'), { recursive: true });
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const stop = async () => {
    process.off('exit', endWithUs);
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    // Without the program this rejects with the error of spawn.
    await once(child, 'spawn');
    await untilReady(child);
  } catch (error) {
    await stop();
    throw error;
  }
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    if (!answer.ok) {
      throw new Error(`${path}: ${await answer.text()}`);
    }
    return answer.json();
  };
  return {
    query: async (expression) => {
      const answer = await get(`/api/v1/query?query=${encodeURIComponent(expression)}`);
      return answerSchema.parse(answer).data.result.map(({ metric, value: [, text] }) => ({
        labels: metric,
        value: Number(text),
      }));
    },
    rules: async () => {
      const { data } = rulesSchema.parse(await get('/api/v1/rules?type=alert'));
      return data.groups.flatMap(({ rules }) => rules);
    },
    stop,
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
      if (output.includes('Server is ready to receive web requests')) {
        resolve();
      }
    });
    child.once('exit', () => reject(new Error(`prometheus did not start:\n${output}`)));
  });
  await withTimeout(ready, START_MS_MAX, () => `prometheus is not ready:\n${output}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
}
