import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { grafanaFolder } from './prometheus-server.ts';

const datasourceSchema = z.object({ type: z.string(), uid: z.string() });

const targetSchema = z.object({
  refId: z.string(),
  datasource: datasourceSchema,
  expr: z.string().optional(),
  rawSql: z.string().optional(),
  queryType: z.string().optional(),
});

const panelSchema = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  datasource: datasourceSchema.nullish(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(targetSchema).default([]),
  options: z.object({ datasource: z.string().optional() }).optional(),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string().optional() }) }).optional(),
});
export type Panel = z.infer<typeof panelSchema>;

const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), query: z.string(), datasource: datasourceSchema })),
  }),
  panels: z.array(panelSchema),
});
export type Dashboard = z.infer<typeof dashboardSchema> & { file: string };

/** All dashboards as Grafana reads them. @throws ZodError, or SyntaxError of JSON */
export function readDashboards(): Dashboard[] {
  const folder = join(grafanaFolder, 'dashboards');
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const dashboard = dashboardSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      return { ...dashboard, file };
    });
}

/** One query of a panel, with the name by which a test tells of it. */
export type PanelQuery = { name: string; text: string };

/** The queries of one data source, of all panels. */
export function panelQueries(kind: 'expr' | 'rawSql'): PanelQuery[] {
  return readDashboards().flatMap(({ file, panels }) =>
    panels.flatMap(({ title, targets }) =>
      targets.flatMap((target) => {
        const text = target[kind];
        return text === undefined ? [] : [{ name: `${file}: ${title} ${target.refId}`, text }];
      }),
    ),
  );
}

/** PromQL as Grafana sends it, over times that are sure to hold a short test's traffic. */
export function expandPromql(expression: string): string {
  return expression.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h');
}

/** What is chosen at the head of a dashboard, and the time shown. */
export type Choices = {
  /** Undefined: all. */
  organizations: string[] | undefined;
  currency: string;
  from: Date;
  to: Date;
  intervalSeconds: number;
};

/**
 * SQL as Grafana's ClickHouse plugin sends it; macros as its documentation and its pkg/macros have them.
 *
 * @throws Error when something is left that only Grafana would understand
 */
export function expandSql(sql: string, choices: Choices): string {
  const from = `toDateTime(${Math.floor(choices.from.getTime() / 1000)})`;
  const to = `toDateTime(${Math.floor(choices.to.getTime() / 1000)})`;
  const names = (choices.organizations ?? []).map((name) => `'${name}'`).join(',');
  const expanded = sql
    .replaceAll(
      /\$__conditionalAll\((organization_id IN \(\$\{organization:singlequote\}\)), \$organization\)/g,
      choices.organizations === undefined ? '1=1' : '$1',
    )
    .replaceAll(/\$\{organization:singlequote\}/g, names)
    .replaceAll('$currency', choices.currency)
    .replaceAll(/\$__timeFilter\((\w+)\)/g, `$1 >= ${from} AND $1 <= ${to}`)
    .replaceAll(
      /\$__timeInterval\((\w+)\)/g,
      `toStartOfInterval(toDateTime($1), INTERVAL ${choices.intervalSeconds} second)`,
    )
    .replaceAll('$__interval_s', String(choices.intervalSeconds));
  if (expanded.includes('$')) {
    throw new Error(`Grafana's words are left in: ${expanded}`);
  }
  return expanded;
}
