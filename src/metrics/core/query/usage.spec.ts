import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { metricIndex, metricsOf } from '../metric-catalogue.js';
import type { MetricObject } from '../sample.js';
import { rowsBetween } from './rows-between.js';
import { subjectKey, summarizeUsage } from './summarize-usage.js';

function newest(object: MetricObject, known: Record<string, number>) {
  const values = metricsOf(object.type).map(() => Number.NaN);
  for (const [name, value] of Object.entries(known)) values[metricIndex(object.type, name)] = value;
  return { object, values };
}

const pod = (name: string, workload?: string): MetricObject => ({
  type: 'pod',
  node: 'n1',
  namespace: 'shop',
  pod: name,
  podUid: name,
  ...(workload === undefined ? {} : { workload }),
});
const p95 = (cpu: [string, number][] = []) => ({
  cpu: new Map(cpu),
  memory: new Map<string, number>(),
  ephemeralStorage: new Map<string, number>(),
});
const web = subjectKey({ namespace: 'shop', workload: 'Deployment/web' });

describe('the usage of a workload', () => {
  const samples = [
    newest(pod('web-1', 'Deployment/web'), { 'cpu/request': 100, 'cpu/usage_rate': 30.5, 'cpu/limit': 500 }),
    newest(pod('web-2', 'Deployment/web'), { 'cpu/request': 150, 'cpu/usage_rate': 40 }),
    newest(pod('alone'), { 'cpu/request': 999 }),
  ];

  it('is the sum over its pods, as far as they have a figure, and leaves out pods of no workload', () => {
    expect(summarizeUsage('workload', samples, p95([[web, 90]]))).toEqual([
      {
        subject: { namespace: 'shop', workload: 'Deployment/web' },
        pods: 2,
        resources: {
          cpu: { requests: 250, limits: 500, usage: 70.5, usageP95: 90, waste: 160 },
          memory: {},
          ephemeralStorage: {},
        },
      },
    ]);
  });

  it.each([
    [249, 1],
    [250, 0],
    [251, 0],
  ])('wastes of 250 requested and %d used: %d', (used, waste) => {
    expect(summarizeUsage('workload', samples, p95([[web, used]]))[0]?.resources.cpu.waste).toBe(waste);
  });

  it('says of what is not known nothing, and never zero', () => {
    expect(summarizeUsage('workload', samples, p95())[0]?.resources.cpu).not.toHaveProperty('waste');
    const unknown = [newest(pod('web-1', 'Deployment/web'), {})];
    expect(summarizeUsage('workload', unknown, p95([[web, 5]]))[0]?.resources.cpu).toEqual({ usageP95: 5 });
  });
});

it('of the cluster, local storage of nodes is the sum over them, and not counted as the cluster itself', () => {
  const samples = [
    newest({ type: 'cluster' }, { 'ephemeral_storage/usage': 70, 'cpu/node_capacity': 8000 }),
    newest({ type: 'node', node: 'a' }, { 'ephemeral_storage/usage': 60, 'cpu/node_capacity': 4000 }),
    newest({ type: 'node', node: 'b' }, { 'ephemeral_storage/usage': 50, 'cpu/node_capacity': 4000 }),
  ];
  const [summary, ...others] = summarizeUsage('cluster', samples, p95());
  expect(others).toEqual([]);
  expect(summary?.resources).toMatchObject({
    cpu: { capacity: 8000 },
    ephemeralStorage: { usage: 70, nodeUsage: 110, systemUsage: 40 },
  });
});

describe('the rows that are read', () => {
  it.each([
    ['all of the range', 0, 100, [0], 30],
    ['none before the oldest that is kept', 0, 100, [undefined, 50, 70], 15],
    ['none of an empty store', 0, 100, [undefined], 0],
    ['none of what is over before', 0, 100, [200], 0],
  ])('are %s', (_, fromMs, toMs, oldest, expected) => {
    expect(rowsBetween({ fromMs, toMs }, 10, 3, oldest)).toBe(expected);
  });

  it('grow with the range and the objects', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(amount, amount, amount, (toMs, more, objects) => {
        const rows = rowsBetween({ fromMs: 0, toMs }, 7, objects, [0]);
        expect(rowsBetween({ fromMs: 0, toMs: toMs + more }, 7, objects, [0])).toBeGreaterThanOrEqual(rows);
        expect(rowsBetween({ fromMs: 0, toMs }, 7, objects + 1, [0])).toBeGreaterThanOrEqual(rows);
      }),
    );
  });
});
