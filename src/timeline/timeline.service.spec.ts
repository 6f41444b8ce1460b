import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import type { Asked } from '../auth/asked.js';
import type { Authorizer } from '../auth/authorizer.js';
import type { EventView } from '../events/query/event.schema.js';
import type { EventsService } from '../events/query/events.service.js';
import type { LogCountsService } from '../logs/query/log-counts.service.js';
import { Clock } from '../platform/clock.js';
import { ProblemError } from '../platform/errors.js';
import { TimelineQuery } from './timeline-fields.js';
import type { TimelineMetrics } from './timeline-metrics.service.js';
import { TimelineService } from './timeline.service.js';

const NOW = Date.UTC(2026, 0, 2, 14, 30);
class FixedClock extends Clock {
  override now(): number {
    return NOW;
  }
}
const request = {} as FastifyRequest;
const asked = (namespaces?: string[]): Asked => ({
  caller: { name: 'ann', kind: 'token', role: 'viewer', ...(namespaces ? { namespaces } : {}) },
  signal: new AbortController().signal,
  pointerTo: (field) => field,
});

interface Has {
  readonly events?: number;
  readonly metrics?: boolean;
  readonly isThere?: boolean;
  readonly refuses?: string;
}

/** A timeline over parts that note what they were asked. */
function timelineOver({ events = 1, metrics = true, isThere = true, refuses }: Has) {
  const questions: Record<string, unknown> = {};
  const missing = () => Promise.reject(new ProblemError('NOT_FOUND', 'There is no such pod'));
  const service = new TimelineService(
    {
      list: (question) => {
        questions['events'] = question;
        return Promise.resolve({
          items: Array.from({ length: events }, () => ({ reason: 'BackOff' }) as EventView),
          coverage: { state: 'live', gaps: [] },
        });
      },
    } as Pick<EventsService, 'list'> as EventsService,
    {
      metrics: (subject, axis) => {
        questions['metrics'] = { subject, axis };
        return metrics ? Promise.resolve({ results: [] } as never) : missing();
      },
      restarts: () => (metrics ? Promise.resolve([]) : missing()),
      isThere: () => isThere,
    } as Partial<TimelineMetrics> as TimelineMetrics,
    {
      histogram: (question) => {
        questions['logs'] = question;
        return Promise.resolve({ buckets: [] } as never);
      },
    } as Pick<LogCountsService, 'histogram'> as LogCountsService,
    {
      authorize: (_request, { area }) =>
        area === refuses
          ? Promise.reject(new ProblemError('FORBIDDEN', 'This caller may not do that.'))
          : Promise.resolve(asked().caller),
    } as Pick<Authorizer, 'authorize'> as Authorizer,
    new FixedClock(),
    { queryMaxPoints: 1000 },
  );
  return {
    questions,
    ask: (query: object, namespaces?: string[]) => service.get(TimelineQuery.parse(query), asked(namespaces), request),
  };
}

const POD = { namespace: 'shop', pod: 'web-1' };

describe('a timeline', () => {
  it('asks each part for the same span, around an instant', async () => {
    const { ask, questions } = timelineOver({});
    const timeline = await ask({ ...POD, around: '2026-01-02T14:05:00Z', span: '10m' });
    expect(timeline).toMatchObject({
      kind: 'pod',
      namespace: 'shop',
      name: 'web-1',
      from: '2026-01-02T14:00:00.000Z',
      to: '2026-01-02T14:10:00.000Z',
      stepMs: 60_000,
      absent: [],
    });
    const span = { from: { epochMs: Date.UTC(2026, 0, 2, 14) }, to: { epochMs: Date.UTC(2026, 0, 2, 14, 10) } };
    expect(questions['events']).toMatchObject({
      ...span,
      namespace: 'shop',
      kind: 'Pod',
      name: 'web-1',
      order: 'oldest',
    });
    expect(questions['logs']).toMatchObject({ namespace: ['shop'], pod: ['web-1'], minLevel: 'error', step: 60_000 });
    expect(questions['metrics']).toMatchObject({ axis: { fromMs: span.from.epochMs, toMs: span.to.epochMs } });
  });

  it.each<[string, object, object]>([
    [
      'a workload',
      { namespace: 'shop', workload: 'Deployment/web' },
      { namespace: 'shop', workload: 'Deployment/web' },
    ],
    ['a node', { node: 'node-1' }, { node: 'node-1' }],
  ])('of %s asks for its events, of the last hour', async (_, query, expected) => {
    const { ask, questions } = timelineOver({});
    expect(await ask(query)).toMatchObject({ from: '2026-01-02T13:30:00.000Z', to: '2026-01-02T14:30:00.000Z' });
    expect(questions['events']).toMatchObject(expected);
  });

  it.each<[string, Has, object[]]>([
    [
      'nothing was measured',
      { metrics: false },
      [
        { part: 'restarts', because: 'There is no such pod' },
        { part: 'metrics', because: 'There is no such pod' },
      ],
    ],
    [
      'the caller may not read logs',
      { refuses: 'logs' },
      [{ part: 'logErrors', because: 'This caller may not do that.' }],
    ],
  ])('says what is missing when %s, and shows the rest', async (_, has, absent) => {
    const timeline = await timelineOver(has).ask(POD);
    expect(timeline.absent).toEqual(absent);
    expect(timeline.events?.items).toHaveLength(1);
  });

  it('of a name that nobody knows is not found, of a pod to which nothing happened is empty', async () => {
    const nothing = { events: 0, metrics: false };
    await expect(timelineOver({ ...nothing, isThere: false }).ask(POD)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await timelineOver(nothing).ask(POD)).events?.items).toEqual([]);
  });

  it('of a node is refused to a caller of some namespaces', async () => {
    await expect(timelineOver({}).ask({ node: 'node-1' }, ['shop'])).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it.each<[object, string]>([
    [{}, 'pod'],
    [{ ...POD, node: 'node-1' }, 'pod'],
    [{ pod: 'web-1' }, 'namespace'],
    [{ node: 'node-1', namespace: 'shop' }, 'namespace'],
    [{ ...POD, around: 'now', from: '-1h' }, 'around'],
    [{ ...POD, span: '1h' }, 'span'],
    [{ ...POD, workload: 'web' }, 'workload'],
    [{ namespace: 'shop', workload: `Deployment/${'a'.repeat(310)}` }, 'workload'],
    [{ ...POD, metric: 'nonsense' }, 'metric'],
  ])('%j is refused by the name of the field', (query, field) => {
    const { error } = TimelineQuery.safeParse(query);
    expect(error?.issues.map(({ path }) => path[0])).toContain(field);
  });

  it('of too many steps is refused', async () => {
    await expect(timelineOver({}).ask({ ...POD, from: '-30d', step: '1m' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});
