/** The alert rules as Prometheus and its own test program see them. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type AlertRule,
  grafanaFolder,
  startPrometheus,
  type TestPrometheus,
} from './testing/prometheus-server.ts';

const run = promisify(execFile);
const alertsFolder = join(grafanaFolder, 'alerts');
const testsFolder = join(alertsFolder, 'tests');
const testFiles = readdirSync(testsFolder);

/** Nobody listens there; the rules are read all the same. */
const NOBODY = '127.0.0.1:1';

let prometheus: TestPrometheus;
let rules: AlertRule[];

beforeAll(async () => {
  prometheus = await startPrometheus({ engine: NOBODY, admin: NOBODY });
  rules = await prometheus.rules();
});
afterAll(() => prometheus?.stop());

it('promtool finds no fault in the configuration and the rules', async () => {
  const { stdout } = await run('promtool', ['check', 'config', 'prometheus.yml'], {
    cwd: grafanaFolder,
  });
  expect(stdout).toContain('SUCCESS: 4 rule files found');
});

it.each(testFiles)('the unit tests of %s pass', async (file) => {
  await run('promtool', ['test', 'rules', file], { cwd: testsFolder });
});

it('each alert is tested firing and staying quiet', () => {
  const tests = testFiles.map((file) => readFileSync(join(testsFolder, file), 'utf8')).join('\n');
  const untested = rules.flatMap(({ name }) =>
    [`${name} fires`, `${name} stays quiet`].filter((test) => !tests.includes(`name: ${test}\n`)),
  );
  expect(rules.length).toBeGreaterThan(30);
  expect(untested).toEqual([]);
});

it('each alert waits a while, has a severity and a summary, and names a runbook that covers it', () => {
  for (const { name, duration, labels, annotations } of rules) {
    expect(duration, name).toBeGreaterThanOrEqual(60);
    expect(labels.severity, name).toMatch(/^(critical|warning)$/);
    expect(annotations.summary, name).toMatch(/^.{20,}$/);
    expect(annotations.runbook_url, name).toMatch(/^docs\/runbooks\/[a-z-]+\.md$/);
    const page = readFileSync(join(grafanaFolder, '..', annotations.runbook_url ?? ''), 'utf8');
    expect(page, name).toContain(`\`${name}\``);
  }
});

it('no runbook is left without an alert', () => {
  const named = new Set(rules.map(({ annotations }) => annotations.runbook_url));
  const pages = readdirSync(join(grafanaFolder, '../docs/runbooks'));
  expect(pages.filter((page) => !named.has(`docs/runbooks/${page}`))).toEqual([]);
});
