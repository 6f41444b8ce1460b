/** One question, as Quartermaster and as InfluxDB are asked it. */
export interface Question {
  readonly name: string;
  /** 95th percentile, ms; absent where none is asked for. */
  readonly atMostMs?: number;
  /** Whether it is one of the mix that many clients ask at once. */
  readonly isMixed: boolean;
  /** Path of Quartermaster's API. */
  readonly path: (round: number) => string;
  /** Absent where what InfluxDB was filled with does not answer it. */
  readonly flux?: (round: number) => string;
  /** The least points that an answer has: one that is empty would be quick. */
  readonly leastPoints: number;
}

export interface Subjects {
  readonly pods: readonly { readonly namespace: string; readonly name: string }[];
  /** One of about 200 pods. */
  readonly namespace: string;
  readonly nowMs: number;
}

/** Names of InfluxDB's buckets: raw samples and rows of an hour. */
export const RAW_BUCKET = 'bench-raw';
export const HOUR_BUCKET = 'bench-1h';
export const METRIC = 'cpu/usage_rate';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export interface Questions {
  /** What is asked for of 100 nodes with 30 pods each and 30 days. The mix is of those that are asked for in so many words; the other is one of them from more rows. */
  readonly usual: readonly Question[];
  /** The heaviest that is allowed, and one of the usual that is asked right after it: it finds nothing of its own in the engine's memory. */
  readonly heavy: readonly [heaviest: Question, after: Question];
}

export function questions({ pods, namespace, nowMs }: Subjects): Questions {
  const dayAgo = isoOf(nowMs - DAY_MS);
  const monthAgo = isoOf(nowMs - 30 * DAY_MS);
  const query = `/api/v1/metrics/query?metric=${METRIC}`;
  const podOf = (round: number) => pods[(round * 37) % pods.length] ?? { namespace: '', name: '' };
  const ofNamespace = `${query}&object=pod&namespace=${namespace}&groupBy=workload&from=${dayAgo}`;
  const by = (every: string): string =>
    `${source(RAW_BUCKET, dayAgo, `r.type == "pod" and r.namespace_name == "${namespace}"`)}
     |> aggregateWindow(every: ${every}, fn: mean, createEmpty: false)
     |> group(columns: ["workload"]) |> aggregateWindow(every: ${every}, fn: sum, createEmpty: false)`;
  const podsDay = {
    name: "a pod's day, every minute",
    isMixed: true,
    path: (round: number) =>
      `${query}&object=pod&namespace=${podOf(round).namespace}&pod=${podOf(round).name}&from=${dayAgo}&step=1m`,
    leastPoints: 1400,
  };
  const usual: Question[] = [
    {
      ...podsDay,
      atMostMs: 30,
      flux: (round) =>
        `${source(RAW_BUCKET, dayAgo, `r.type == "pod" and r.namespace_name == "${podOf(round).namespace}" and r.pod_name == "${podOf(round).name}"`)}
         |> aggregateWindow(every: 1m, fn: mean, createEmpty: false) |> keep(columns: ["_time", "_value"])`,
    },
    {
      name: "a namespace's day by workload",
      isMixed: true,
      atMostMs: 150,
      path: () => ofNamespace,
      flux: () => by('5m'),
      leastPoints: 1000,
    },
    {
      name: "a namespace's day by workload, every minute",
      isMixed: false,
      atMostMs: 150,
      path: () => `${ofNamespace}&step=1m`,
      flux: () => by('1m'),
      leastPoints: 1000,
    },
    {
      name: '30 days by namespace',
      isMixed: true,
      atMostMs: 150,
      path: () => `${query}&object=ns&groupBy=namespace&from=${monthAgo}`,
      flux: () =>
        `${source(HOUR_BUCKET, monthAgo, 'r.type == "ns"')} |> aggregateWindow(every: 3h, fn: mean, createEmpty: false)`,
      leastPoints: 1000,
    },
    {
      name: 'top 20 of all pods',
      isMixed: true,
      atMostMs: 30,
      path: () => `/api/v1/metrics/top?object=pod&metric=${METRIC}&limit=20`,
      flux: () =>
        `${source(RAW_BUCKET, isoOf(nowMs - 5 * MINUTE_MS), 'r.type == "pod"')} |> last() |> group() |> top(n: 20)`,
      leastPoints: 20,
    },
  ];
  const heaviest = {
    name: '30 days by namespace, summed from all pods',
    isMixed: false,
    path: () => `${query}&object=pod&groupBy=namespace&from=${monthAgo}`,
    leastPoints: 1000,
  };
  return { usual, heavy: [heaviest, { ...podsDay, name: `${podsDay.name}, right after that` }] };
}

function source(bucket: string, from: string, condition: string): string {
  return `from(bucket: "${bucket}") |> range(start: ${from}) |> filter(fn: (r) => r._measurement == "${METRIC}" and ${condition})`;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
