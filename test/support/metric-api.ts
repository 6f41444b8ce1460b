import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { expect } from '@jest/globals';
import type { Caller } from '../../src/auth/caller.js';
import { CycleRecords } from '../../src/metrics/collect/cycle-records.port.js';
import type { MetricObject } from '../../src/metrics/core/sample.js';
import type { MetricRange } from '../../src/metrics/metric-query.schema.js';
import { MetricReader, type MetricWriter } from '../../src/metrics/metric-store.port.js';
import { LiveObjects } from '../../src/metrics/query/live-objects.port.js';
import { QUERY_PARTS } from '../../src/metrics/query/query.module.js';
import { Clock } from '../../src/platform/clock.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { type OneRange, oneRange } from './one-range.js';
import { aCluster, aContainer, aNamespace, aNode, aPod, aSample } from './samples.js';

export const MINUTE = 60_000;
/** 2026-03-04T10:00:00Z: the newest closed cycle. */
export const T0 = Date.UTC(2026, 2, 4, 10);
const NOW = T0 + 24_500;
export const CYCLES = 60;

const ADMIN: Caller = { name: 'admin', kind: 'token', role: 'admin' };
const TENANT: Caller = { name: 'tenant', kind: 'token', role: 'viewer', namespaces: ['shop'] };

export const WEB = { namespace: 'shop', pod: 'web-1', workload: 'Deployment/web', labels: { app: 'web' } };
type Values = Readonly<Record<string, number>>;

/** What a minute's cycle holds beside the CPU use. `index` counts the cycles from 0. */
const more: readonly (readonly [MetricObject, (index: number) => Values])[] = [
  [aPod(WEB), (index) => ({ 'cpu/request': 250, 'cpu/limit': 500, 'network/rx': 6000 * index })],
  [
    aNode(),
    () => ({
      'cpu/node_capacity': 4000,
      'cpu/node_allocatable': 3800,
      'cpu/request': 250,
      'ephemeral_storage/usage': 900,
    }),
  ],
];
const CLUSTER_CPU: Values = {
  'cpu/usage_rate': 600,
  'cpu/node_usage_rate': 700,
  'cpu/system_usage_rate': 100,
  'cpu/request': 250,
  'cpu/node_capacity': 4000,
  'ephemeral_storage/usage': 650,
};
const cpuOf: readonly (readonly [MetricObject, number])[] = [
  [aPod(WEB), 100],
  [aContainer({ ...WEB, container: 'app' }), 90],
  [aPod({ namespace: 'shop', pod: 'cart-1', workload: 'Deployment/cart', labels: { app: 'cart' } }), 300],
  [aPod({ namespace: 'bank', pod: 'vault-1' }), 200],
  [aNode(), 700],
];

/** Sixty cycles up to `T0`, the values growing by one each. */
export async function fillStore(writer: MetricWriter): Promise<void> {
  await Promise.all(Array.from({ length: CYCLES }, (_, index) => appendCycle(writer, index)));
}

async function appendCycle(writer: MetricWriter, index: number): Promise<void> {
  const valuesOf = (of: MetricObject): Values => more.find(([object]) => isSame(object, of))?.[1](index) ?? {};
  const samples = cpuOf.map(([object, value]) =>
    aSample(object, { 'cpu/usage_rate': value + index, ...valuesOf(object) }),
  );
  const disk = aSample(aPod({ ...WEB, resource: 'Volume:data' }), { 'filesystem/usage': 5 });
  await writer.append(T0 - (CYCLES - 1 - index) * MINUTE, [
    { scope: 'node-1', samples: [...samples, disk] },
    { scope: '', samples: [aSample(aNamespace('shop'), { 'cpu/usage_rate': 400 }), aSample(aCluster(), CLUSTER_CPU)] },
  ]);
}

function isSame(one: MetricObject, other: MetricObject): boolean {
  return one.type === other.type && one.podUid === other.podUid;
}

/** Why node-2 is missing where it is. */
export const MISSING = [
  { node: 'node-2', reason: 'timeout', detail: 'The kubelet did not answer within 10s.' },
] as const;

type Cycles = Pick<CycleRecords, 'list' | 'sumClosed'>;

/** Nothing was collected. */
export const noCycles: Cycles = {
  list: async () => [],
  sumClosed: async () => ({ cycles: 0, mostNodesExpected: 0, mostNodesPresent: 0, missing: [] }),
};

/** The cycles of the filled store: node-2 is missing from the newest one and from one half an hour ago; and another one that runs now. */
export async function fillCycles(records: CycleRecords): Promise<void> {
  const start = (cycleAtMs: number) =>
    records.start({ cycleAtMs, resolutionMs: MINUTE, startedAtMs: cycleAtMs + 100, shards: [['node-1', 'node-2']] });
  for (let cycleAtMs = T0 - (CYCLES - 1) * MINUTE; cycleAtMs <= T0; cycleAtMs += MINUTE) {
    const missing = cycleAtMs === T0 || cycleAtMs === T0 - 30 * MINUTE ? MISSING : [];
    await start(cycleAtMs);
    await records.close(cycleAtMs, { closedAtMs: cycleAtMs + 4100, nodesPresent: 2 - missing.length, missing }, 0);
  }
  await start(T0 + 10_000);
}

/** A pod that was made a second ago, beside the three that are there. */
class JustMade extends LiveObjects {
  override has({ type, pod }: Parameters<LiveObjects['has']>[0]): boolean {
    return type === 'pod' && pod === 'new-1';
  }

  override count({ type, pod }: Parameters<LiveObjects['count']>[0]): number {
    return type === 'pod' && pod === undefined ? 4 : 1;
  }
}

class FixedClock extends Clock {
  override now(): number {
    return NOW;
  }
}

@Module({})
class RootModule {}

/** The metrics API over a reader; the time is 24.5 s after `T0`, and the header `x-test-caller: tenant` makes a caller that sees `shop` alone. */
export async function startMetricApi(
  reader: MetricReader,
  cycles: Cycles = noCycles,
  environment: Record<string, string> = {},
): Promise<NestFastifyApplication> {
  const config = readConfig(environment);
  const root = {
    module: RootModule,
    imports: [PlatformModule.with(config, Log.silent())],
    controllers: QUERY_PARTS.controllers,
    providers: [
      ...QUERY_PARTS.providers,
      { provide: Clock, useClass: FixedClock },
      { provide: MetricReader, useValue: reader },
      { provide: CycleRecords, useValue: cycles },
      { provide: LiveObjects, useClass: JustMade },
    ],
  };
  const app = await createApp(root, config, Log.silent());
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      request.caller = request.headers['x-test-caller'] === 'tenant' ? TENANT : ADMIN;
      done();
    });
  await app.init();
  return app;
}

export interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

export const asTenant = { 'x-test-caller': 'tenant' };
export const CPU = { metric: 'cpu/usage_rate', object: 'pod' };

/** Asks the API and expects 200, or the problem of a status. */
export class MetricClient {
  constructor(private readonly app: NestFastifyApplication) {}

  get(path: string, query: Record<string, string> = {}, headers = {}) {
    return this.app.inject({ method: 'GET', url: `/api/v1/metrics/${path}`, query, headers });
  }

  post(payload: object) {
    return this.app.inject({ method: 'POST', url: '/api/v1/metrics/query', payload });
  }

  async ok<Answer>(path: string, query: Record<string, string> = {}, headers = {}): Promise<Answer> {
    const answer = await this.get(path, query, headers);
    expect([answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([200, '']);
    return answer.json<Answer>();
  }

  /** A range of one metric. */
  async range(query: Record<string, string>, headers = {}): Promise<OneRange> {
    return oneRange(await this.ok<MetricRange>('query', query, headers));
  }

  async problem(path: string, query: Record<string, string>, status: number, headers = {}): Promise<ProblemBody> {
    const answer = await this.get(path, query, headers);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
    return answer.json<ProblemBody>();
  }
}
