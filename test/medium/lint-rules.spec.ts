import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/version.js';

const root = packageRoot();
const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
  forbidden: { name: string }[];
};

/** One file for each rule that breaks it, and only it. */
const BREAKS: Record<string, [file: string, imports: string]> = {
  'no-cycles': ['src/core/cycle-a.ts', './cycle-b.js'],
  'core-is-pure': ['src/metrics/core/impure.ts', 'node:fs'],
  'platform-knows-no-feature': ['src/platform/nosy.ts', '../auth/auth.module.js'],
  'features-know-no-adapter': ['src/auth/direct.ts', '../adapters/postgres/database.js'],
  'only-roles-wire-adapters': ['src/main.ts', './adapters/postgres/database.js'],
  'adapters-know-no-role': ['src/adapters/postgres/bossy.ts', '../../roles/all.js'],
  'adapters-use-ports-only': ['src/adapters/postgres/deep.ts', '../../auth/token.service.js'],
  'product-knows-no-simulator': ['src/cluster/cheat.ts', '../../sim/simulation.js'],
  'order-auth': ['src/auth/early.ts', '../jobs/job-queue.port.js'],
  'order-jobs': ['src/jobs/early.ts', '../cluster/cluster-view.js'],
  'order-cluster': ['src/cluster/early.ts', '../agents/agents.js'],
  'order-agents': ['src/agents/early.ts', '../metrics/metrics.js'],
  'order-metrics-logs-events': ['src/metrics/early.ts', '../timeline/timeline.js'],
  'order-timeline': ['src/timeline/early.ts', '../stacks/stacks.js'],
  'order-stacks': ['src/stacks/early.ts', '../gc/gc.js'],
  'vendor-kubernetes': ['src/roles/k.ts', '@kubernetes/client-node'],
  'vendor-postgres': ['src/roles/p.ts', 'kysely'],
  'vendor-duckdb': ['src/roles/d.ts', '@duckdb/node-api'],
  'vendor-influxdb': ['src/roles/i.ts', '@influxdata/influxdb-client'],
  'vendor-elasticsearch': ['src/roles/e.ts', '@elastic/elasticsearch'],
  'vendor-bullmq': ['src/roles/b.ts', 'bullmq'],
  'vendor-kubernetes-kubelet': ['src/roles/u.ts', 'undici'],
  'vendor-containerd': ['src/roles/c.ts', 'protobufjs'],
};
const TARGETS = [
  'src/auth/auth.module.ts', 'src/auth/token.service.ts', 'src/adapters/postgres/database.ts', 'src/roles/all.ts', 'sim/simulation.ts',
  'src/jobs/job-queue.port.ts', 'src/cluster/cluster-view.ts', 'src/agents/agents.ts', 'src/metrics/metrics.ts', 'src/timeline/timeline.ts',
  'src/stacks/stacks.ts', 'src/gc/gc.ts',
]; // prettier-ignore

interface Violation {
  from: string;
  rule: { name: string };
}

describe('the linter', () => {
  const house = mkdtempSync(join(tmpdir(), 'house-'));

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    writeFileSync(join(house, file), text);
  }

  /** Runs a tool of the project in the house; a linter that finds something exits non-zero. */
  function run(tool: string, ...args: string[]): string {
    try {
      return execFileSync(join(root, 'node_modules', '.bin', tool), args, {
        cwd: house,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  }

  beforeAll(() => {
    for (const file of ['.dependency-cruiser.cjs', '.oxlintrc.json', 'tsconfig.json', 'package.json'])
      cpSync(join(root, file), join(house, file));
    symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
    for (const file of TARGETS) write(file, 'export const thing = 1;\n');
    for (const [file, imports] of Object.values(BREAKS))
      write(file, `import * as other from '${imports}';\nexport const bad = other;\n`);
    write('src/core/cycle-b.ts', "import * as other from './cycle-a.js';\nexport const bad = other;\n");
    write('src/core/floating.ts', 'export function start(): void {\n  Promise.resolve(1);\n}\n');
  });
  afterAll(() => rmSync(house, { recursive: true }));

  it('has a file that breaks each rule of the architecture', () => {
    expect(Object.keys(BREAKS).toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted());
  });

  it('fails on each crossed layer', () => {
    const report = JSON.parse(
      run('depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'),
    ) as { summary: { violations: Violation[] } };
    const found = report.summary.violations.map(({ from, rule }) => `${rule.name} ${from}`);
    for (const [rule, [file]] of Object.entries(BREAKS)) expect(found).toContain(`${rule} ${file}`);
  });

  it('fails on a floating promise, an import cycle and a reader of the environment', () => {
    write('src/core/environment.ts', "export const home = process.env['HOME'];\n");
    const found = run('oxlint', '--type-aware', '--format', 'unix', 'src');
    expect(found).toMatch(/floating\.ts.*no-floating-promises/);
    expect(found).toMatch(/cycle-a\.ts.*no-cycle/);
    expect(found).toMatch(/environment\.ts.*no-restricted-properties/);
  });
});
