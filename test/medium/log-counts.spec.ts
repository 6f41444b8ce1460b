import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LogContextView } from '../../src/logs/query/log-context.schema.js';
import type { LogFacetsView, LogFieldList, LogHistogramView } from '../../src/logs/query/log-counts.schema.js';
import { LogCoverage, type CoverageFacts, type CoverageQuery } from '../../src/logs/query/log-coverage.port.js';
import type { LogPageView } from '../../src/logs/query/log-search.schema.js';
import { asTenant, LogClient, startLogApi } from '../support/log-api.js';
import { aLogLine, aNodeLine, T0_NS } from '../support/log-lines.js';
import { MemoryLogStore } from '../support/memory-log-store.js';

const SPAN = { from: '2026-03-04T14:05:00Z', to: '2026-03-04T14:08:00Z' };

/** One container of `bank` is behind. */
class OneIsBehind extends LogCoverage {
  override async of({ concerns }: CoverageQuery): Promise<CoverageFacts> {
    const container = { namespace: 'bank', pod: 'vault-1', container: 'app', node: 'node-1' };
    const isAsked = concerns(container);
    return {
      containersExpected: isAsked ? 1 : 0,
      containersPresent: 0,
      behind: isAsked ? [{ container, behindMs: 4200, reason: 'The API server does not answer.' }] : [],
      gaps: isAsked ? [{ container, fromNs: T0_NS, toNs: T0_NS + 1n, reason: 'Rotated away.' }] : [],
    };
  }
}

const store = new MemoryLogStore();
let app: NestFastifyApplication;
let client: LogClient;
beforeAll(async () => {
  await store.append([
    aLogLine({ atS: 0, level: 'info', fields: { status: 200 } }),
    aLogLine({ atS: 10, level: 'error', message: 'boom', restart: 0, fields: { status: '503', user: 'ann' } }),
    aLogLine({ atS: 70, level: 'error', message: 'again', restart: 1, containerId: 'c1' }),
    aLogLine({ atS: 71, level: 'warn', restart: 1, container: 'proxy' }),
    aLogLine({ atS: 75, level: 'info', message: 'up', restart: 1, containerId: 'c1' }),
    aLogLine({ atS: 80, namespace: 'bank', pod: 'vault-1', level: 'debug', fields: { secret: true } }),
    aNodeLine({ atS: 5, message: 'one' }),
    aNodeLine({ atS: 6, message: 'two', unit: 'containerd.service' }),
    aNodeLine({ atS: 7, message: 'three' }),
  ]);
  app = await startLogApi(store, {}, [{ provide: LogCoverage, useClass: OneIsBehind }]);
  client = new LogClient(app);
});
afterAll(() => app.close());

describe('the histogram of logs', () => {
  it('has every bucket, those without lines too', async () => {
    const { buckets, stepMs, lines } = await client.ok<LogHistogramView>('/histogram', { ...SPAN, step: '1m' });
    expect({ stepMs, lines, counts: buckets.map((bucket) => bucket.lines) }).toEqual({
      stepMs: 60_000,
      lines: 9,
      counts: [5, 4, 0],
    });
    expect(buckets.map(({ from }) => from)).toEqual([
      '2026-03-04T14:05:00.000000000Z',
      '2026-03-04T14:06:00.000000000Z',
      '2026-03-04T14:07:00.000000000Z',
    ]);
  });

  it('splits by level, most lines first, and counts the rest', async () => {
    const query = { ...SPAN, step: '1m', by: 'level', limit: '2' };
    const { buckets, values } = await client.ok<LogHistogramView>('/histogram', query);
    expect(values).toEqual([
      { value: 'error', lines: 2 },
      { value: 'info', lines: 2 },
    ]);
    expect(buckets.map(({ from: _from, ...bucket }) => bucket)).toEqual([
      {
        lines: 5,
        values: [
          { value: 'error', lines: 1 },
          { value: 'info', lines: 1 },
        ],
        otherLines: 3,
      },
      {
        lines: 4,
        values: [
          { value: 'error', lines: 1 },
          { value: 'info', lines: 1 },
        ],
        otherLines: 2,
      },
      { lines: 0, values: [], otherLines: 0 },
    ]);
  });

  it('splits by a field', async () => {
    const { values } = await client.ok<LogHistogramView>('/histogram', { ...SPAN, by: 'field.status' });
    expect(values).toEqual([
      { value: '200', lines: 1 },
      { value: '503', lines: 1 },
    ]);
  });

  it('chooses a round step that makes about sixty buckets', async () => {
    const { stepMs, buckets } = await client.ok<LogHistogramView>('/histogram', { from: '-6h' });
    expect(stepMs).toBe(600_000);
    expect(buckets.length).toBeLessThanOrEqual(61);
  });

  it.each([
    [{ by: 'colour' }, 'by', 'must be one of namespace'],
    [{ by: 'field.' }, 'by', 'or field.<name>'],
    [{ step: '10ms' }, 'step', 'must be at least 1s'],
  ])('refuses %j', async (query, pointer, detail) => {
    const { errors } = await client.problem('/histogram', query, 400);
    expect(errors).toEqual([{ pointer, detail: expect.stringContaining(detail) }]);
  });
});

describe('the facets of logs', () => {
  it('tell values, the rest and what lacks any, in the order of the keys', async () => {
    const query = { ...SPAN, key: ['namespace', 'field.status'], limit: '1' };
    const { facets } = await client.ok<LogFacetsView>('/facets', query);
    expect(facets).toEqual([
      { key: 'namespace', values: [{ value: 'shop', lines: 5 }], otherLines: 1, absentLines: 3 },
      { key: 'field.status', values: [{ value: '200', lines: 1 }], otherLines: 1, absentLines: 7 },
    ]);
  });
});

describe('the fields of logs', () => {
  it('tell names, kinds and counts', async () => {
    const { items, sampledLines } = await client.ok<LogFieldList>('/fields', { ...SPAN, namespace: 'shop' });
    expect(sampledLines).toBe(5);
    expect(items).toEqual([
      { name: 'status', types: ['number', 'string'], lines: 2 },
      { name: 'user', types: ['string'], lines: 1 },
    ]);
  });
});

describe('the context of a line', () => {
  const placeOf = async (text: string): Promise<string> =>
    (await client.ok<LogPageView>('', { text })).items[0]?.place ?? '';
  const told = ({ before, line, after, hasMoreBefore, hasMoreAfter }: LogContextView) => ({
    lines: [...before, line, ...after].map(({ message }) => message),
    hasMoreBefore,
    hasMoreAfter,
  });

  it('is what its container wrote, across restarts', async () => {
    const context = await client.ok<LogContextView>('/context', { place: await placeOf('again') });
    expect(told(context)).toEqual({
      lines: ['GET /cart 200', 'boom', 'again', 'up'],
      hasMoreBefore: false,
      hasMoreAfter: false,
    });
  });

  it('is as long as asked for, and tells that there is more', async () => {
    const query = { place: await placeOf('again'), before: '1', after: '0' };
    expect(told(await client.ok<LogContextView>('/context', query))).toEqual({
      lines: ['boom', 'again'],
      hasMoreBefore: true,
      hasMoreAfter: true,
    });
  });

  it('is what the same unit of a node wrote', async () => {
    const context = await client.ok<LogContextView>('/context', { place: await placeOf('three') });
    expect(told(context).lines).toEqual(['one', 'three']);
  });

  it('looks no further than it was told', async () => {
    const context = await client.ok<LogContextView>('/context', { place: await placeOf('again'), within: '10s' });
    expect(told(context).lines).toEqual(['again', 'up']);
  });

  it('is of no line that there is not, and of none that the caller may not see, in the same words', async () => {
    const place = (await client.ok<LogPageView>('', { namespace: 'bank' })).items[0]?.place ?? '';
    const [hidden, absent] = [
      await client.problem('/context', { place }, 404, asTenant),
      await client.problem('/context', { place: 'nowhere' }, 404, asTenant),
    ];
    expect({ ...hidden, requestId: '' }).toEqual({ ...absent, requestId: '' });
    await client.ok('/context', { place });
  });
});

describe('what an answer may lack', () => {
  const behind = { namespace: 'bank', pod: 'vault-1', container: 'app', node: 'node-1' };

  it('is told of the containers that the question is about', async () => {
    const { coverage } = await client.ok<LogPageView>('', { namespace: 'bank', text: 'nothing' });
    expect(coverage).toEqual({
      source: 'store',
      containersExpected: 1,
      containersPresent: 0,
      behind: [{ ...behind, behindMs: 4200, reason: 'The API server does not answer.' }],
      gaps: [
        {
          ...behind,
          from: '2026-03-04T14:05:00.000000000Z',
          to: '2026-03-04T14:05:00.000000001Z',
          reason: 'Rotated away.',
        },
      ],
      lost: [],
    });
  });

  it.each([
    ['another container', { container: 'proxy' }, {}],
    ['a unit', { unit: 'kubelet.service' }, {}],
    ['a caller that does not see it', {}, asTenant],
  ])('is not told of others: %s', async (_, query, headers) => {
    const { coverage } = await client.ok<LogPageView>('', query, headers);
    expect(coverage).toMatchObject({ containersExpected: 0, behind: [], gaps: [] });
  });
});
