/** The arrows of docs/architecture.md as rules. Every rule is proved by a file that breaks it: test/medium/lint-rules.spec.ts. */
const FEATURES = ['auth', 'jobs', 'cluster', 'agents', 'metrics|logs|events', 'timeline', 'stacks', 'gc'];
const anyFeature = FEATURES.join('|');

/** A feature imports only features to its left: `auth < jobs < cluster < agents < metrics, logs, events < timeline < stacks < gc`. */
const order = FEATURES.slice(0, -1).map((names, index) => ({
  name: `order-${names.replaceAll('|', '-')}`,
  comment: 'A feature imports only features that stand left of it.',
  severity: 'error',
  from: { path: `^src/(${names})/` },
  to: { path: `^src/(${FEATURES.slice(index + 1).join('|')})/` },
}));

/** Vendor libraries of outside systems, and the adapter folders that may import them. */
const VENDORS = [
  ['@kubernetes/client-node', 'kubernetes'],
  ['@electric-sql/pglite|pg|kysely', 'postgres'],
  ['@duckdb/node-api', 'duckdb'],
  ['@influxdata/influxdb-client(-apis)?', 'influxdb'],
  ['@elastic/[a-z]+', 'elasticsearch'],
  ['bullmq|@nestjs/bullmq|ioredis|@bull-board/[a-z]+', 'bullmq'],
  ['undici', '(kubernetes|kubelet)'],
  ['protobufjs', 'containerd'],
];
const vendors = VENDORS.map(([packages, folder]) => ({
  name: `vendor-${folder.replace(/\W+/g, '-').replace(/^-|-$/g, '')}`,
  comment: 'Only an adapter imports its vendor library.',
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/adapters/${folder}/` },
  to: { path: `node_modules/(${packages})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-pure',
      comment:
        'core/ imports nothing but other core/ (and linear-time regular expressions and version ranges, which are pure).',
      severity: 'error',
      from: { path: ['^src/core/', '^src/[a-z]+/core/', '^src/[a-z]+/[a-z-]+/core/'], pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot: [
          '^src/core/',
          '^src/[a-z]+/core/',
          '^src/[a-z]+/[a-z-]+/core/',
          'node_modules/re2js/',
          'node_modules/(@types/)?semver/',
        ],
      },
    },
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: `^src/(${anyFeature}|adapters|roles|agent)/` },
    },
    {
      name: 'features-know-no-adapter',
      comment: 'A feature speaks to the outside through its ports.',
      severity: 'error',
      from: { path: `^src/(${anyFeature})/` },
      to: { path: '^src/(adapters|roles)/' },
    },
    {
      name: 'only-roles-wire-adapters',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(roles|adapters)/' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'adapters-know-no-role',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^src/(roles/|main\\.ts)' },
    },
    {
      name: 'adapters-use-ports-only',
      comment: 'An adapter sees of a feature its ports, schemas and core, never its services or controllers.',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: `^src/(${anyFeature})/.*\\.(service|controller|processor|module|guard)\\.ts$` },
    },
    { name: 'product-knows-no-simulator', severity: 'error', from: { path: '^src/' }, to: { path: '^(sim|test)/' } },
    ...order,
    ...vendors,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '/testdata/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
