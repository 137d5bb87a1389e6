/**
 * The few kinds of panels that the dashboards are made of, as Grafana's JSON. A panel here has a size and no
 * place; `dashboard` puts the panels of each row side by side, 24 columns wide.
 */

const PROMETHEUS = { type: 'prometheus', uid: 'trellis-prometheus' };
const CLICKHOUSE = { type: 'grafana-clickhouse-datasource', uid: 'trellis-clickhouse' };

/** The data source plugin's numbers for what an SQL query's rows become. */
const SQL_FORMAT = { timeseries: 0, table: 1 };

const GREEN = 'green';
const ORANGE = 'orange';
const RED = 'red';

/** Fine at 0, to be looked at when there is any. */
export const NONE_IS_FINE = [
  { color: GREEN, value: null },
  { color: RED, value: 1 },
];

/** 1 is fine, 0 is not. */
export const ONE_IS_FINE = [
  { color: RED, value: null },
  { color: GREEN, value: 1 },
];

/**
 * Fine below the first value, bad from the second on.
 *
 * @param {number} orangeFrom
 * @param {number} redFrom
 */
export function fineBelow(orangeFrom, redFrom) {
  return [
    { color: GREEN, value: null },
    { color: ORANGE, value: orangeFrom },
    { color: RED, value: redFrom },
  ];
}

const UP_OR_DOWN = [
  {
    type: 'value',
    options: { 0: { text: 'down', index: 0 }, 1: { text: 'up', index: 1 } },
  },
];

/**
 * A PromQL query.
 *
 * @param {string} expr
 * @param {string} [legend] with `{{label}}`
 * @param {'time_series' | 'heatmap'} [format]
 */
export function promql(expr, legend = '', format = 'time_series') {
  return { datasource: PROMETHEUS, expr, legendFormat: legend || '__auto', format, range: true };
}

/**
 * An SQL query whose rows are shown as they are.
 *
 * @param {string} rawSql
 */
export function sqlRows(rawSql) {
  return sqlQuery(rawSql, 'table');
}

/**
 * An SQL query with a column `time`, numbers, and at most one text that names the series.
 *
 * @param {string} rawSql
 */
export function sqlSeries(rawSql) {
  return sqlQuery(rawSql, 'timeseries');
}

function sqlQuery(rawSql, queryType) {
  return {
    datasource: CLICKHOUSE,
    editorType: 'sql',
    queryType,
    format: SQL_FORMAT[queryType],
    rawSql: rawSql.trim(),
    pluginVersion: '4.0.0',
  };
}

/** One number. `isState`: 1 and 0 are shown as up and down. */
export function stat({ unit, thresholds = [{ color: GREEN, value: null }], isState, ...common }) {
  return panel('stat', common, {
    size: { w: 4, h: 4 },
    defaults: {
      unit,
      color: { mode: 'thresholds' },
      thresholds: { mode: 'absolute', steps: thresholds },
      mappings: isState ? UP_OR_DOWN : [],
    },
    options: {
      colorMode: 'value',
      graphMode: isState ? 'none' : 'area',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      textMode: 'auto',
    },
  });
}

/** Curves over time; `isStacked`: parts of a whole. */
export function curves({ unit, isStacked = false, min = 0, ...common }) {
  return panel('timeseries', common, {
    size: { w: 12, h: 8 },
    defaults: {
      unit,
      min,
      color: { mode: 'palette-classic' },
      custom: {
        drawStyle: 'line',
        lineWidth: 1,
        fillOpacity: isStacked ? 40 : 10,
        showPoints: 'never',
        stacking: { mode: isStacked ? 'normal' : 'none', group: 'A' },
      },
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  });
}

/** How many observations fell into each bucket of a Prometheus histogram, over time. */
export function heatmap({ unit, ...common }) {
  return panel('heatmap', common, {
    size: { w: 12, h: 8 },
    defaults: { unit },
    options: {
      calculate: false,
      yAxis: { unit, axisPlacement: 'left' },
      color: { mode: 'scheme', scheme: 'Oranges', steps: 64 },
      tooltip: { mode: 'single', yHistogram: false },
    },
  });
}

/**
 * Rows. `units`: the unit of each column that has another one than `unit`.
 *
 * @param {{ unit: string, units?: Record<string, string> } & Record<string, unknown>} options
 */
export function table({ unit, units = {}, ...common }) {
  return panel('table', common, {
    size: { w: 12, h: 9 },
    defaults: { unit, custom: { align: 'auto', filterable: true } },
    overrides: Object.entries(units).map(([column, columnUnit]) => ({
      matcher: { id: 'byName', options: column },
      properties: [{ id: 'unit', value: columnUnit }],
    })),
    options: { showHeader: true, cellHeight: 'sm' },
  });
}

/** One bar for each row: its first text column names it. */
export function bars({ unit, ...common }) {
  return panel('barchart', common, {
    size: { w: 8, h: 8 },
    defaults: { unit, min: 0, color: { mode: 'palette-classic' } },
    options: {
      orientation: 'horizontal',
      showValue: 'auto',
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false },
    },
  });
}

/** The shares of a few things; one row each. */
export function shares({ unit, ...common }) {
  return panel('piechart', common, {
    size: { w: 8, h: 8 },
    defaults: { unit, color: { mode: 'palette-classic' } },
    options: {
      pieType: 'donut',
      displayLabels: ['percent'],
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: true },
      legend: { displayMode: 'list', placement: 'right', showLegend: true },
    },
  });
}

/** The alerts that are raised now, from the rules in `alerts/`. */
export function alertList({ title, description }) {
  const common = { title, description, queries: [] };
  const built = panel('alertlist', common, {
    size: { w: 24, h: 5 },
    defaults: { unit: 'short' },
    options: {
      viewMode: 'list',
      groupMode: 'default',
      maxItems: 20,
      sortOrder: 1,
      stateFilter: { firing: true, pending: true, noData: false, normal: false, error: true },
      // The one option that takes a data source's name.
      datasource: 'Trellis Prometheus',
    },
  });
  return { ...built, datasource: PROMETHEUS };
}

function panel(type, { title, description, queries, size }, kind) {
  const named = queries.map((query, index) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    ...query,
  }));
  return {
    type,
    title,
    description,
    datasource: named[0]?.datasource ?? null,
    size: { ...kind.size, ...size },
    targets: named,
    fieldConfig: { defaults: kind.defaults, overrides: kind.overrides ?? [] },
    options: kind.options,
  };
}

/**
 * A choice at the head of a dashboard, filled by an SQL query.
 *
 * @param {{ name: string, label: string, query: string, isMulti?: boolean }} choice
 */
export function choice({ name, label, query, isMulti = false }) {
  return {
    name,
    label,
    type: 'query',
    datasource: CLICKHOUSE,
    query,
    definition: query,
    // When the dashboard is opened.
    refresh: 1,
    sort: 1,
    multi: isMulti,
    includeAll: isMulti,
    current: isMulti ? { selected: true, text: ['All'], value: ['$__all'] } : {},
    options: [],
  };
}

/** One after the other: a row's title, then its panels from left to right, as many as fit. */
function place(rows) {
  const placed = [];
  let y = 0;
  for (const { title, panels } of rows) {
    placed.push({ type: 'row', title, collapsed: false, panels: [], at: { x: 0, y, w: 24, h: 1 } });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const { size, ...rest } of panels) {
      if (x + size.w > 24) {
        x = 0;
        y += lineHeight;
        lineHeight = 0;
      }
      placed.push({ ...rest, at: { x, y, w: size.w, h: size.h } });
      x += size.w;
      lineHeight = Math.max(lineHeight, size.h);
    }
    y += lineHeight;
  }
  return placed.map(({ at, ...rest }, index) => ({ id: index + 1, gridPos: at, ...rest }));
}

/**
 * A whole dashboard.
 *
 * @param {{ uid: string, title: string, description: string, from: string, refresh: string,
 *   choices?: object[], rows: { title: string, panels: object[] }[] }} options
 */
export function dashboard({ uid, title, description, from, refresh, choices = [], rows }) {
  return {
    uid,
    title,
    description,
    tags: ['trellis'],
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    timezone: 'browser',
    time: { from, to: 'now' },
    refresh,
    links: [
      {
        type: 'dashboards',
        title: 'Trellis',
        tags: ['trellis'],
        asDropdown: true,
        includeVars: false,
        keepTime: true,
      },
    ],
    annotations: { list: [] },
    templating: { list: choices },
    panels: place(rows),
  };
}
