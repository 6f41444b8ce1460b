import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module, type Provider } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { AuditRecords } from '../../src/auth/audit-records.port.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { installAuth } from '../../src/auth/install-auth.js';
import { KnownNamespaces } from '../../src/auth/known-namespaces.port.js';
import { KubernetesAuthority } from '../../src/auth/kubernetes-authority.port.js';
import { PodNodes } from '../../src/auth/pod-nodes.port.js';
import { SessionRecords } from '../../src/auth/session-records.port.js';
import { newToken } from '../../src/auth/token-format.js';
import { TokenRecords } from '../../src/auth/token-records.port.js';
import { packageRoot } from '../../src/platform/version.js';
import { FakeAuthority } from '../support/auth-app.js';
import { startExpositionApi } from '../support/exposition-api.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { PrometheusServer, type PromSample } from '../support/prometheus-server.js';
import { eventually } from '../support/eventually.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { aCluster, aNode, aPod, aSample } from '../support/samples.js';
import { TestAuthority } from '../support/test-authority.js';
import { tokenEngineOn } from '../support/token-engine.js';

const PAGE = readFileSync(join(packageRoot(), 'docs', 'prometheus.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-scrape-'));
const open = new AsyncDisposableStack();
const store = new MemoryMetricStore();
let cycles: PostgresCycleRecords;
let prometheus: PrometheusServer;
/** The two collections; Prometheus keeps nothing that is much older than the present. */
let firstMs: number;
const secondMs = (): number => firstMs + 4_000;

/** The blocks of a language in the page, as they stand there. */
function blocksOf(language: string): string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);
}

/** The configuration that the page tells users to paste, at our address and with our files; every second. */
function pasted(name: string, tokenFile: string, address: string): string {
  return (blocksOf('yaml')[0] ?? '')
    .replace('scrape_configs:\n', '')
    .replace('job_name: quartermaster-cluster', `job_name: ${name}`)
    .replace('/etc/prometheus/quartermaster-token', join(folder, tokenFile))
    .replace('/etc/prometheus/quartermaster-ca.crt', join(folder, 'ca.crt'))
    .replace('quartermaster.quartermaster.svc:443', address)
    .replace('scrape_interval: 60s', 'scrape_interval: 1s')
    .replace('scrape_timeout: 30s', 'scrape_timeout: 1s');
}

/** A cycle in which `web` and `cart` of `shop` and `vault` of `bank` have used so much CPU time. */
async function collect(cycleAtMs: number, [web, cart, vault]: readonly [number, number, number]): Promise<void> {
  const pod = (namespace: string, name: string, seconds: number) =>
    aSample(aPod({ namespace, pod: name, workload: `Deployment/${name}` }), {
      'cpu/usage': seconds * 1e9,
      'cpu/usage_rate': seconds * 125,
      'memory/request': 3 * 2 ** 20,
      'memory/working_set': 2 ** 20,
    });
  const samples = [pod('shop', 'web', web), pod('shop', 'cart', cart), pod('bank', 'vault', vault)];
  await store.writer.append(cycleAtMs, [
    { scope: 'node-1', samples: [...samples, aSample(aNode(), { 'cpu/usage_rate': 1 })] },
    { scope: '', samples: [aSample(aCluster(), { 'cpu/usage_rate': (web + cart + vault) * 125 })] },
  ]);
  const missing = [{ node: 'node-2', reason: 'timeout', detail: 'The kubelet did not answer within 10s.' } as const];
  const shards = [['node-1', 'node-2']];
  await cycles.start({ cycleAtMs, resolutionMs: 4_000, startedAtMs: cycleAtMs, shards });
  await cycles.close(cycleAtMs, { closedAtMs: cycleAtMs + 100, nodesPresent: 1, missing }, 0);
}

/** The API over HTTPS behind the guard, with a token for everything and one for `shop` alone. */
async function startApi(records: TestRecords): Promise<NestFastifyApplication> {
  const { tokens, sessions, audit } = await tokenEngineOn(Promise.resolve(records));
  for (const [file, namespaces] of [['all.token'], ['shop.token', ['shop']]] as const) {
    const { id, text, hash } = newToken();
    const origin = { origin: 'api', createdBy: 'test', createdAtMs: Date.now() } as const;
    await tokens.insert({ id, hash, name: file, role: 'viewer', ...origin, ...(namespaces ? { namespaces } : {}) });
    writeFileSync(join(folder, file), `${text}\n`);
  }
  const providers: Provider[] = [
    { provide: TokenRecords, useValue: tokens },
    { provide: SessionRecords, useValue: sessions },
    { provide: AuditRecords, useValue: audit },
    { provide: KubernetesAuthority, useClass: FakeAuthority },
    { provide: PodNodes, useValue: { nodeOf: () => undefined } },
    { provide: KnownNamespaces, useValue: { names: async () => ['shop', 'bank'] } },
  ];
  @Global()
  @Module({ providers, exports: providers })
  class PortsModule {}

  const authority = await TestAuthority.create('scraped');
  writeFileSync(join(folder, 'ca.crt'), authority.ca);
  return startExpositionApi(store.reader, cycles, () => Date.now(), {
    tls: await authority.server(),
    guard: { imports: [PortsModule, AuthModule], install: installAuth },
  });
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const records = await openPgliteRecords();
  open.defer(() => records.close());
  cycles = new PostgresCycleRecords(records.database);
  const api = await startApi(records);
  open.defer(() => api.close());
  await api.listen(0, '127.0.0.1');
  const address = new URL(await api.getUrl()).host;
  writeFileSync(join(folder, 'wrong.token'), 'qm_wrong\n');
  const ofShop = pasted('shop', 'shop.token', address).replace(/object: .*/, 'object: [ns, pod]');
  const jobs = [pasted('all', 'all.token', address), ofShop, pasted('wrong', 'wrong.token', address)];
  firstMs = Math.floor(Date.now() / 1000) * 1000 - 8_000;
  await collect(firstMs, [1, 2, 3]);
  prometheus = open.use(await PrometheusServer.start(`scrape_configs:\n${jobs.join('')}`));
});

afterAll(() => open.disposeAsync());

/** What Prometheus answers, once it answers anything: `label=value …` of each series and its value. */
async function asked(expression: string, isWanted = (found: PromSample[]) => found.length > 0) {
  const found = await eventually(expression, async () => {
    const answer = await prometheus.query(expression);
    return isWanted(answer) && answer;
  });
  return Object.fromEntries(
    found.map(({ labels, value }) => [
      Object.entries(labels)
        .filter(([label]) => label !== '__name__')
        .map(([label, of]) => `${label}=${of}`)
        .join(' '),
      value,
    ]),
  );
}

describe('a Prometheus that is set up as docs/prometheus.md says', () => {
  it('scrapes, by token: everything, one namespace alone, or nothing', async () => {
    await asked('up{job="all"} == 1');
    await asked('up{job="shop"} == 1');
    expect(await asked('count by (namespace) ({job="shop", object="pod"})')).toEqual({ 'namespace=shop': 8 });
    const target = await eventually('the wrong token to be refused', async () => {
      const found = (await prometheus.targets()).find(({ labels }) => labels['job'] === 'wrong');
      return found?.lastError !== '' && found;
    });
    expect(target).toMatchObject({ health: 'down', lastError: expect.stringContaining('401') });
  });

  it('sums by namespace what was collected, at the time of the collection', async () => {
    expect(await asked('sum by (namespace) (quartermaster_kube_cpu_usage_cores{job="all", object="pod"})')).toEqual({
      'namespace=shop': 0.375,
      'namespace=bank': 0.375,
    });
    expect(await asked('timestamp(quartermaster_kube_cpu_usage_cores{job="all", object="cluster"})')).toEqual({
      [`instance=${(await prometheus.targets())[0]?.labels['instance']} job=all object=cluster`]: firstMs / 1000,
    });
  });

  it('makes rates of the counters of two collections', async () => {
    await collect(secondMs(), [3, 2, 9]);
    const rate = 'sum by (pod) (irate(quartermaster_kube_cpu_usage_seconds_total{job="all", object="pod"}[5m]))';
    expect(await asked(rate)).toEqual({ 'pod=web': 0.5, 'pod=cart': 0, 'pod=vault': 1.5 });
  });

  it('answers every query of the page', async () => {
    const [byNamespace = '', wasted = '', missing = '', ...further] = blocksOf('promql');
    expect(further).toEqual([]);
    expect(await asked(byNamespace)).toMatchObject({ 'namespace=bank': 1.125 });
    expect(Object.keys(await asked(wasted)).toSorted()).toEqual([
      'namespace=bank workload=Deployment/vault',
      'namespace=shop workload=Deployment/cart',
      'namespace=shop workload=Deployment/web',
    ]);
    const ofBothJobs = await asked(missing, (found) => found.length === 2);
    expect(Object.values(ofBothJobs)).toEqual([1, 1]);
    const why = await asked('quartermaster_kube_collection_node_missing');
    expect(Object.keys(why)).toEqual([expect.stringMatching(/job=all node=node-2 reason=timeout/)]);
  });
});
