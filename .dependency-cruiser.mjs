// The rules of the house (ARCHITECTURE.md, "Who may import whom"), as a tool that can say no.
const SLICES = [
  'catalog',
  'reservation',
  'order',
  'payment',
  'realtime',
  'waiting-room',
  'ticket',
  'request-queue',
  'account',
  'waitlist',
  'dead-letter',
];
const SLICE = `^src/(${SLICES.join('|')})/`;
/** A slice's faces to the outside: they speak HTTP and the wire. Everything else in a slice is rules, ports, services. */
const FACE = '/(routes|[a-z-]+-routes|wire)\\.ts$';

const config = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', 'vite\\.config\\.ts$', '^src/main\\.ts$'] },
      to: {},
    },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'core-imports-nothing',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'contract-imports-core-and-typebox',
      severity: 'error',
      from: { path: '^src/contract/' },
      to: { pathNot: ['^src/(core|contract)/', 'node_modules/typebox/'] },
    },
    {
      name: 'slices-are-strangers',
      comment: 'A slice states what it needs in its own ports; compose fills them.',
      severity: 'error',
      from: { path: SLICE },
      to: { path: SLICE, pathNot: '^src/$1/' },
    },
    {
      name: 'rules-and-services-import-core-and-their-slice',
      severity: 'error',
      from: { path: SLICE, pathNot: FACE },
      to: { pathNot: ['^src/core/', '^src/$1/', '^src/contract/(seat-map|draw)\\.ts$'] },
    },
    {
      name: 'faces-import-http-and-contract-beside',
      severity: 'error',
      from: { path: `${SLICE}.*${FACE}` },
      to: { pathNot: ['^src/(core|contract|http)/', '^src/$1/', 'node_modules/typebox/'] },
    },
    {
      name: 'editions-translate',
      comment:
        'An edition states the services that it calls in its own ports, too, and knows no other edition.',
      severity: 'error',
      from: { path: '^src/editions/([^/]+)/' },
      to: {
        pathNot: ['^src/(core|contract|http)/', '^src/editions/$1/', 'node_modules/(typebox|fastify)/'],
      },
    },
    {
      name: 'http-knows-no-slice',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: [SLICE, '^src/(adapters|editions|proof|compose|opening|commands|serve|main)'] },
    },
    {
      name: 'adapters-know-ports-rules-and-their-driver',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: {
        path: [
          '^src/(editions|proof|telemetry|contract|compose|opening|commands|serve|main|config)',
          '^src/http/(?!ports/)',
          `${SLICE}.*(service|saga|jobs|routes|wire)\\.ts$`,
        ],
      },
    },
    {
      name: 'adapters-never-import-each-other',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'only-compose-and-proof-see-adapters',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(adapters/|proof/|compose/|compose\\.ts|opening/|commands/(migrate|backup)\\.ts)',
      },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'nothing-imports-proof',
      severity: 'error',
      comment: 'But the command line, and the auditor, which is `verify` beside the sale.',
      from: { path: '^src/', pathNot: '^src/(proof/|main\\.ts|opening/auditor\\.ts)' },
      to: { path: '^src/proof/' },
    },
    {
      name: 'web-sees-only-contract',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/', pathNot: '^src/contract/' },
    },
    {
      name: 'features-are-strangers',
      severity: 'error',
      from: { path: '^web/src/features/([^/]+)/' },
      to: { path: '^web/src/(features|app)/', pathNot: '^web/src/features/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.css'],
    },
  },
};

export default config;
