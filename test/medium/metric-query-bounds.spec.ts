import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { MetricReader } from '../../src/metrics/metric-store.port.js';
import { limitHits } from '../support/limit-hits.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { CPU, fillStore, MetricClient, noCycles, type ProblemBody, startMetricApi } from '../support/metric-api.js';

/** One limit: what a question makes of its amount, and what an amount above it is told. */
interface Bound {
  readonly variable: string;
  readonly limit: number;
  readonly ask: (client: MetricClient, amount: number) => Promise<{ readonly statusCode: number; json(): unknown }>;
  readonly pointer: string;
  readonly environment?: Record<string, string>;
}

const iso = (ms: number): string => new Date(ms).toISOString();
/** The store begins at 09:01 and has a sample a minute; 10:00 is the newest. */
const TEN = Date.UTC(2026, 2, 4, 10);
const MINUTE = 60_000;
const minutes = (amount: number) => ({ from: iso(TEN - amount * MINUTE), to: iso(TEN) });
const repeated = (text: string, amount: number): string => Array.from({ length: amount }, () => text).join(',');

const BOUNDS: readonly Bound[] = [
  {
    variable: 'QUERY_MAX_SERIES',
    limit: 5,
    ask: (client, limit) => client.get('query', { ...CPU, limit: String(limit) }),
    pointer: 'limit',
  },
  {
    variable: 'QUERY_MAX_SERIES',
    limit: 5,
    ask: (client, limit) => client.get('top', { ...CPU, limit: String(limit) }),
    pointer: 'limit',
    // the default of a top list is 10
  },
  {
    variable: 'QUERY_MAX_GROUPS',
    limit: 5,
    ask: (client, limit) => client.get('query', { ...CPU, groupBy: 'namespace', limit: String(limit) }),
    pointer: 'limit',
  },
  {
    variable: 'QUERY_MAX_POINTS',
    limit: 10,
    ask: (client, amount) => client.get('query', { ...CPU, ...minutes(amount), step: '1m' }),
    pointer: 'step',
  },
  {
    variable: 'QUERY_MAX_POINTS',
    limit: 10,
    ask: (client, amount) => client.get('query', { ...CPU, ...minutes(5), maxPoints: String(amount) }),
    pointer: 'maxPoints',
  },
  {
    variable: 'QUERY_MAX_CELLS',
    limit: 1000,
    ask: (client, amount) => client.get('query', { ...CPU, from: iso(TEN - amount * 1000), to: iso(TEN), step: '1s' }),
    pointer: 'step',
  },
  {
    variable: 'QUERY_MAX_SPAN',
    limit: 60,
    environment: { QUERY_MAX_SPAN: '60m' },
    ask: (client, amount) => client.get('query', { ...CPU, ...minutes(amount) }),
    pointer: 'from',
  },
  {
    variable: 'QUERY_MAX_SPAN',
    limit: 60,
    environment: { QUERY_MAX_SPAN: '60m' },
    ask: (client, amount) => client.get('instant', { ...CPU, lookback: `${amount}m` }),
    pointer: 'lookback',
  },
  {
    variable: 'QUERY_MAX_QUERIES',
    limit: 3,
    ask: (client, amount) => client.get('query', { ...CPU, metric: repeated(CPU.metric, amount) }),
    pointer: 'metric',
  },
  {
    variable: 'QUERY_MAX_QUERIES',
    limit: 3,
    ask: (client, amount) =>
      client.post({
        queries: [CPU],
        expressions: Array.from({ length: amount - 1 }, (_, index) => ({ id: `e${index}`, expression: 'a + 1' })),
      }),
    pointer: '/queries',
  },
  {
    variable: 'QUERY_MAX_EXPRESSION_LENGTH',
    limit: 10,
    ask: (client, amount) => client.get('query', { ...CPU, expression: `a+${'1'.repeat(amount - 2)}` }),
    pointer: 'expression',
  },
  {
    variable: 'QUERY_MAX_EXPRESSION_DEPTH',
    limit: 4,
    ask: (client, amount) => client.get('query', { ...CPU, expression: `${'('.repeat(amount)}a${')'.repeat(amount)}` }),
    pointer: 'expression',
  },
  {
    // three pods and one that was made just now are four objects: 4 × 25 samples × 10 metrics
    variable: 'QUERY_MAX_ROWS',
    limit: 1000,
    ask: (client, amount) =>
      client.get('query', {
        ...CPU,
        metric: repeated(CPU.metric, 10),
        from: iso(TEN - 25 * MINUTE),
        to: iso(TEN + (amount - 1000) * MINUTE),
      }),
    pointer: 'from',
  },
  {
    variable: 'EXPORT_MAX_POINTS',
    limit: 1000,
    ask: (client, amount) =>
      client.get('export', { ...CPU, pod: 'web-1', from: iso(TEN - amount * 1000), to: iso(TEN), step: '1s' }),
    pointer: 'step',
  },
  {
    variable: 'export steps',
    limit: 1_000_000,
    environment: {},
    ask: (client, amount) =>
      client.get('export', { ...CPU, pod: 'web-1', from: iso(TEN - amount * 1000), to: iso(TEN), step: '1s' }),
    pointer: 'step',
  },
];

describe('a question', () => {
  let app: NestFastifyApplication | undefined;
  afterEach(() => app?.close());

  const start = async (
    environment: Record<string, string>,
    over: Partial<MetricReader> = {},
  ): Promise<MetricClient> => {
    const { writer, reader } = new MemoryMetricStore();
    await fillStore(writer);
    app = await startMetricApi(Object.assign(reader, over), noCycles, environment);
    return new MetricClient(app);
  };

  const hits = async (): Promise<Partial<Record<string, number>>> => (app ? limitHits(app) : {});

  it.each(BOUNDS.map((bound) => [bound.variable, bound.pointer, bound] as const))(
    'is answered one below and at %s (%s), and refused one above it',
    async (variable, pointer, { limit, environment, ask }) => {
      const client = await start(environment ?? { [variable]: String(limit) });
      expect((await ask(client, limit - 1)).statusCode).toBe(200);
      expect((await ask(client, limit)).statusCode).toBe(200);
      const before = (await hits())[variable] ?? 0;
      const refused = await ask(client, limit + 1);
      const { errors, code } = refused.json() as ProblemBody;
      expect([refused.statusCode, code, errors?.map((error) => error.pointer)]).toEqual([
        400,
        'INVALID_INPUT',
        [pointer],
      ]);
      expect(errors?.[0]?.detail).toContain(variable);
      expect(await hits()).toEqual({ [variable]: before + 1 });
    },
  );

  it.each<[string, string, Record<string, string>]>([
    ['QUERY_MAX_SERIES', 'query', CPU],
    ['QUERY_MAX_SERIES', 'instant', CPU],
    ['QUERY_MAX_GROUPS', 'query', { ...CPU, groupBy: 'pod' }],
    ['QUERY_MAX_GROUPS', 'usage', { scope: 'workload' }],
  ])('whose answer %s cuts (%s) is counted, and not one that asked for no more', async (variable, path, query) => {
    const client = await start({ [variable]: '1' });
    expect(await client.ok(path, query)).toMatchObject({ truncated: true });
    expect(await hits()).toEqual({ [variable]: 1 });
    if (variable !== 'QUERY_MAX_SERIES') return;
    expect(await client.ok(path, { ...query, limit: '1' })).toMatchObject({ truncated: true });
    expect(await hits()).toEqual({ [variable]: 1 });
  });

  it('is read from the tier that fits, which the answer says', async () => {
    const tiers = async () =>
      [
        { name: 'raw', oldestMs: TEN - 60 * MINUTE },
        { name: '5m', resolutionMs: 5 * MINUTE, oldestMs: TEN - 30 * 24 * 60 * MINUTE },
        { name: '1h', resolutionMs: 60 * MINUTE, oldestMs: TEN - 400 * 24 * 60 * MINUTE },
      ] as const;
    const client = await start({}, { tiers });
    const told = async (query: Record<string, string>) => {
      const { resolution, resolutionMs, stepMs, notes } = (
        await client.get('query', { ...CPU, pod: 'web-1', ...query })
      ).json<{
        resolution: string;
        resolutionMs: number;
        stepMs: number;
        notes: string[];
      }>();
      return [resolution, resolutionMs / MINUTE, stepMs / MINUTE, notes] as const;
    };
    expect(await told({ from: '-30m' })).toEqual(['raw', 1, 1, []]);
    expect(await told({ from: '-30m', step: '5m' })).toEqual(['5m', 5, 5, []]);
    expect(await told({ from: '-1d' })).toEqual(['5m', 5, 5, []]);
    expect(await told({ from: '-7d' })).toEqual(['1h', 60, 60, []]);
    expect(await told({ from: '-1d', step: '1m' })).toEqual([
      '5m',
      5,
      5,
      [expect.stringMatching(/^The step is 5m, not 1m: /)],
    ]);
    expect(await told({ from: '-60d', step: '90m' })).toEqual([
      '1h',
      60,
      120,
      [expect.stringMatching(/^The step is 2h, not 1h30m: /)],
    ]);
    expect(await told({ from: '-7d', step: '1d', aggregation: 'p95' })).toEqual([
      '5m',
      5,
      1440,
      [expect.stringMatching(/^p95 is of the averages of 5m/)],
    ]);
    expect(await told({ from: '-30m', step: '1d', aggregation: 'p95' })).toEqual(['raw', 1, 1440, []]);
    expect(await told({ from: '-30m', step: '1h', timeZone: 'Asia/Kolkata' })).toEqual(['5m', 5, 60, []]);
  });
});
