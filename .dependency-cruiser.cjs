/**
 * The import direction. Each rule says which folder may not import which, and why.
 * The flow is: core <- stores <- actors <- engine, analytics <- admin <- cli; nothing points back.
 */
const folders = ['core', 'stores', 'actors', 'engine', 'analytics', 'admin', 'cli', 'bench'];

/** Which of our folders each folder may import besides itself. */
const mayImport = {
  core: [],
  stores: ['core'],
  actors: ['core', 'stores'],
  engine: ['core', 'stores', 'actors'],
  analytics: ['core', 'stores'],
  admin: ['core', 'stores', 'analytics'],
  cli: ['core', 'stores', 'actors', 'engine', 'analytics', 'admin'],
  bench: folders,
};

const folderRules = Object.entries(mayImport).map(([from, allowed]) => ({
  name: `${from}-imports-only-${['itself', ...allowed].join('-')}`,
  severity: 'error',
  comment: `${from}/ may import only from ${['itself', ...allowed].join(', ')}`,
  from: { path: `^${from}/`, pathNot: ['\\.test\\.ts$', '/testing/'] },
  to: {
    path: '^[^/]+/',
    pathNot: [from, ...allowed]
      .map((folder) => `^${folder}/`)
      .concat(['^node_modules/', '^node:', '^package\\.json$']),
    dependencyTypesNot: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer'],
  },
}));

module.exports = {
  forbidden: [
    ...folderRules,
    {
      name: 'engine-never-imports-the-worker',
      severity: 'error',
      comment: 'The engine talks to actor threads through actors/mailbox and actors/pool only.',
      from: { path: '^engine/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^actors/(worker/(?!enrich/geo-buffers|fraud/signals/data-centre-buffers)|ship|ledger)',
      },
    },
    {
      name: 'worker-touches-no-database',
      severity: 'error',
      comment: 'The redirect path touches no database.',
      from: { path: '^actors/(worker|mailbox|log)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^stores/' },
    },
    {
      name: 'console-knows-only-the-public-api',
      severity: 'error',
      comment: 'The console is a client of the API like any other; the service knows it as files.',
      from: { path: '^admin/console/' },
      to: {
        path: '^(core|stores|actors|engine|analytics|cli|bench|test|admin/(?!console/|client/))',
      },
    },
    {
      name: 'nothing-imports-the-console',
      severity: 'error',
      comment: 'It is built for browsers.',
      from: { pathNot: '^admin/console/' },
      to: { path: '^admin/console/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Imports form a directed graph without cycles.',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
