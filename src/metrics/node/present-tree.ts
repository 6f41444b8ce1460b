import { known } from '../../cluster/core/raw-object.js';
import { keyOf, type NodeEntry } from '../core/node/node-entries.js';
import type { Series } from '../metric-store.port.js';
import type { NodeContainers } from './node-containers.schema.js';

/** The series of one metric. */
export interface MetricSeries {
  readonly metric: string;
  readonly series: readonly Series[];
}

type Tree = Pick<NodeContainers, 'root' | 'systemContainers' | 'pods'>;
type Measured = NodeContainers['root'];

/** The entries of a node as the API shows them; the first entry is the node itself. */
export function presentTree(entries: readonly NodeEntry[], all: readonly MetricSeries[]): Tree {
  const seriesOf = bySubject(all);
  const measured = (entry: NodeEntry): Measured => {
    const newest = entry.moments.at(-1);
    return {
      path: entry.path,
      ...known({ sampledAt: newest && timeOf(newest.atMs) }),
      metrics: { ...newest?.metrics },
      resources: newest?.resources.map(({ resource, metrics }) => ({ resource, metrics: { ...metrics } })) ?? [],
      series: seriesOf.get(keyOf(entry.object)) ?? [],
    };
  };
  const ofType = (type: NodeEntry['object']['type']) => entries.filter(({ object }) => object.type === type);
  const containers = Map.groupBy(ofType('pod_container'), ({ object }) => podKey(object));
  const [root] = ofType('node');
  if (!root) throw new Error('a tree without its node');
  return {
    root: measured(root),
    systemContainers: ofType('sys_container').map((entry) => ({
      ...measured(entry),
      name: entry.object.container ?? '',
    })),
    pods: ofType('pod').map((entry) => ({
      ...measured(entry),
      namespace: entry.object.namespace ?? '',
      name: entry.object.pod ?? '',
      ...known({
        uid: entry.object.podUid,
        phase: entry.known?.pod.phase,
        workload: entry.known?.workload ?? entry.object.workload,
      }),
      containers: (containers.get(podKey(entry.object)) ?? []).map((one) => ({
        ...measured(one),
        name: one.object.container ?? '',
        ...known({ image: one.container?.image, type: one.container?.type, state: one.container?.state }),
      })),
    })),
  };
}

/** A container's measurements are its pod's of the same uid. */
function podKey({ namespace, pod, podUid }: NodeEntry['object']): string {
  return `${namespace}/${pod} ${podUid ?? ''}`;
}

function bySubject(all: readonly MetricSeries[]): ReadonlyMap<string, Measured['series']> {
  const found = new Map<string, Measured['series']>();
  for (const { metric, series } of all) {
    for (const { object, points } of series) {
      const key = keyOf(object);
      const list = found.get(key) ?? [];
      list.push({ metric, points: points.map(([atMs, value]) => ({ time: timeOf(atMs), value })) });
      found.set(key, list);
    }
  }
  return found;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
