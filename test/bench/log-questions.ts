import { COMMON_WORD, RARE_WORD } from './log-lines.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A question about the stored lines, to Quartermaster and to Elasticsearch. */
export interface LogQuestion {
  readonly name: string;
  readonly atMostMs: number;
  /** Path and query below the server's address. */
  readonly path: (round: number) => string;
  /** The body of a search of Elasticsearch. */
  readonly search: (round: number) => object;
}

/** @param fromMs where the lines begin: seven days of them, and more come in */
export function logQuestions(fromMs: number): readonly LogQuestion[] {
  const everything = { from: fromMs - HOUR_MS, to: fromMs + 8 * DAY_MS };
  const hourOf = (round: number) => ({ from: fromMs + (12 + round) * HOUR_MS, to: fromMs + (13 + round) * HOUR_MS });
  const dayOf = (round: number) => ({ from: fromMs + (round % 6) * DAY_MS, to: fromMs + ((round % 6) + 1) * DAY_MS });
  const namespaceOf = (round: number): string => `team-${round % 50}`;
  return [
    {
      name: "a namespace's last 100 lines",
      atMostMs: 50,
      path: (round) => pathOf('', { namespace: namespaceOf(round), limit: 100, ...everything }),
      search: (round) => newest(everything, { term: { 'kubernetes.namespace_name': namespaceOf(round) } }),
    },
    {
      name: 'a word over one hour',
      atMostMs: 150,
      path: (round) => pathOf('', { text: COMMON_WORD, limit: 100, ...hourOf(round) }),
      search: (round) => newest(hourOf(round), { match: { log: COMMON_WORD } }),
    },
    {
      name: 'a rare word over the whole store',
      atMostMs: 1500,
      path: () => pathOf('', { text: RARE_WORD, limit: 100, ...everything }),
      search: () => newest(everything, { match: { log: RARE_WORD } }),
    },
    {
      name: 'histogram of a day by level',
      atMostMs: 500,
      path: (round) => pathOf('/histogram', { by: 'level', step: '1h', ...dayOf(round) }),
      search: (round) => ({
        size: 0,
        query: within(dayOf(round)),
        aggs: {
          hours: {
            date_histogram: { field: '@timestamp', fixed_interval: '1h' },
            aggs: { levels: { terms: { field: 'level' } } },
          },
        },
      }),
    },
  ];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function pathOf(path: string, query: Record<string, string | number>): string {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return `/api/v1/logs${path}?${new URLSearchParams(pairs).toString()}`;
}

function newest(span: Span, condition: object): object {
  const query = { bool: { filter: [within(span), condition] } };
  return { size: 100, track_total_hits: false, sort: [{ '@timestamp': 'desc' }], query };
}

function within({ from, to }: Span): object {
  return { range: { '@timestamp': { gte: from, lt: to, format: 'epoch_millis' } } };
}
