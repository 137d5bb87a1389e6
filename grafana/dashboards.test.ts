import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as clicks from '../analytics/schema/clicks.ts';
import { panelQueries, readDashboards } from './testing/dashboard-files.ts';
import { grafanaFolder } from './testing/prometheus-server.ts';

const dashboards = readDashboards();
const panels = dashboards.flatMap(({ file, panels: own }) =>
  own.filter(({ type }) => type !== 'row').map((panel) => ({ file, ...panel })),
);
const provisioned = readFileSync(
  join(grafanaFolder, 'provisioning/datasources/trellis.yml'),
  'utf8',
);

describe('the dashboards', () => {
  it('are what their source says', async () => {
    await promisify(execFile)(process.execPath, [join(grafanaFolder, 'build.mjs'), '--check']);
  });

  it('cover traffic, pipeline, stores, fraud and business, each with an address of its own', () => {
    expect(dashboards.map(({ uid }) => uid)).toEqual([
      'trellis-business',
      'trellis-fraud',
      'trellis-pipeline',
      'trellis-stores',
      'trellis-traffic',
    ]);
    expect(new Set(dashboards.map(({ title }) => title)).size).toBe(dashboards.length);
  });

  it.each(dashboards)('$file has no two panels with one id or one place', ({ panels: own }) => {
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
    const cells = own.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, cell) => {
        return `${x + (cell % w)}/${y + Math.floor(cell / w)}`;
      });
    });
    expect(new Set(cells).size).toBe(cells.length);
  });

  it.each(dashboards)('$file gives each panel a name of its own', ({ panels: own }) => {
    const titles = own.filter(({ type }) => type !== 'row').map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe('panels', () => {
  it('say in a sentence what they mean', () => {
    const silent = panels.filter(({ description = '' }) => !/^.{20,}\.$/s.test(description));
    expect(silent.map(({ file, title }) => `${file}: ${title}`)).toEqual([]);
  });

  it('have a unit', () => {
    const bare = panels.filter(({ fieldConfig }) => fieldConfig?.defaults.unit === undefined);
    expect(bare.map(({ file, title }) => `${file}: ${title}`)).toEqual([]);
  });

  it('ask data sources that are provisioned', () => {
    const known = [...provisioned.matchAll(/^ {4}uid: (\S+)\n {4}type: (\S+)$/gm)].map(
      ([, uid, type]) => ({ type, uid }),
    );
    expect(known).toHaveLength(2);
    for (const { datasource, targets, options } of panels) {
      expect(known).toContainEqual(datasource);
      if (options?.datasource !== undefined) {
        expect(provisioned).toContain(`name: ${options.datasource}\n`);
      }
      for (const target of targets) {
        expect(known).toContainEqual(target.datasource);
      }
    }
    for (const { templating } of dashboards) {
      for (const { datasource } of templating.list) {
        expect(known).toContainEqual(datasource);
      }
    }
  });

  it('name only runbooks that exist', () => {
    const named = panels.flatMap(({ description = '' }) => {
      const list = /runbooks? ([a-z-]+)(?: and ([a-z-]+))?/.exec(description);
      return (list ?? []).slice(1).filter((name) => name !== undefined);
    });
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) {
      const page = join(grafanaFolder, '../docs/runbooks', `${name}.md`);
      expect(readFileSync(page, 'utf8')).toMatch(/^# /);
    }
  });

  it('count as the reports do', () => {
    const sql = panelQueries('rawSql')
      .map(({ text }) => text)
      .join('\n');
    for (const definition of [
      clicks.CLICK,
      clicks.BOT_CLICK,
      clicks.BLOCKED_CLICK,
      clicks.CONVERSION,
      clicks.SUSPICIOUS_SCORE,
    ]) {
      expect(sql).toContain(definition);
    }
  });
});
