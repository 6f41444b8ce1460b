import { type Timed, type Times, tookMs } from './ask-in-turn.js';
import type { Figure } from './figure.js';
import { percentile } from './median.js';
import type { Question } from './questions.js';

/** A collection, as the API tells of it. */
export interface Cycle {
  readonly startedAt: string;
  readonly closedAt?: string;
}

/** How long answers took, question by question. */
export function figuresOf(asked: readonly Pick<Question, 'name' | 'atMostMs'>[], times: Times): Figure[] {
  return asked.flatMap(({ name, atMostMs }, index) => {
    const took = tookMs(times[index]);
    const limit = atMostMs === undefined ? {} : { atMost: atMostMs };
    return [
      { name: `${name}, 95th percentile`, value: percentile(took, 0.95), unit: 'ms', ...limit },
      { name: `${name}, median`, value: percentile(took, 0.5), unit: 'ms' },
      { name: `${name}, longest`, value: Math.max(...took), unit: 'ms' },
    ];
  });
}

/** The same of the answers alone that were made while a cycle ran: the share of these is what a cycle takes of the time between two. */
export function duringCycles(asked: readonly Question[], times: Times, cycles: readonly Cycle[]): Figure[] {
  const spans = cycles.map(
    ({ startedAt, closedAt = startedAt }) => [Date.parse(startedAt), Date.parse(closedAt)] as const,
  );
  const isDuring = ({ askedAtMs, tookMs: took }: Timed): boolean =>
    spans.some(([startedMs, closedMs]) => askedAtMs < closedMs && askedAtMs + took > startedMs);
  const during = times.map((timed) => timed.filter(isDuring));
  return [
    { name: 'cycles meanwhile', value: cycles.length, unit: '', atLeast: 1 },
    { name: 'questions of a kind', value: times[0]?.length ?? 0, unit: '' },
    { name: 'of these while a cycle ran', value: during[0]?.length ?? 0, unit: '' },
    ...asked.map(({ name }, index) => ({
      name: `${name}, while a cycle ran, median`,
      value: percentile(tookMs(during[index]), 0.5),
      unit: 'ms',
    })),
  ];
}
