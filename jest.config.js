const swc = ['@swc/jest', { swcrc: true }];

/** The specs of `unit`, but those of test/medium a whole part at a time (test/together/run-part.ts says why). */
const together = [
  '<rootDir>/{src,sim}/**/*.spec.ts',
  '<rootDir>/test/!(medium)/**/*.spec.ts',
  '<rootDir>/test/together/*.part.ts',
];

/**
 * Five projects: `unit` needs nothing but Node, and `together` is the same in less time (what `npm test` runs); `real` needs the engines that test/support starts
 * or finds, `cluster` a real Kubernetes cluster, which its suites stop parts of: they run one after the other, but may run beside the others. `runtimes` needs a
 * container runtime that somebody has started (test/support/cri-node.ts), and runs only when it is asked for.
 */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};

export default {
  testTimeout: 1_200_000, // the one limit of tests and hooks; waits give up before, with what they waited for (test/support/eventually.ts)
  maxWorkers: 3, // one more than the cores that they are measured on: the suites that run whole programs mostly wait
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{src,sim,test}/**/*.spec.ts'] },
    { ...shared, displayName: 'together', testMatch: together },
    { ...shared, displayName: 'real', testMatch: ['<rootDir>/test/**/*.real.ts'] },
    { ...shared, displayName: 'cluster', testMatch: ['<rootDir>/test/**/*.cluster.ts'] },
    { ...shared, displayName: 'runtimes', testMatch: ['<rootDir>/test/**/*.runtime.ts'] },
  ],
};
