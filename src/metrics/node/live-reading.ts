import type { ClusterPod } from '../../cluster/core/cluster-objects.js';
import { readSummary } from '../collect/read-summary.js';
import { forgetHostNetwork } from '../core/forget-host-network.js';
import { liveFigures, type LiveFigures, type LiveNode } from '../core/node/live-figures.js';
import type { MeasuredNode } from '../core/measured.js';
import type { NodeReading } from '../core/previous-reading.js';
import { rateNode } from '../core/rate-node.js';
import type { LiveNodeEvent } from './node-live.schema.js';

/** Readings further apart make no rate: the kubelet was away for longer than anybody calls "now". */
const MAX_WINDOW_MS = 120_000;

/** Reads one node's answers one after another, each against the one before. */
export class LiveReading {
  private reading: NodeReading | undefined;
  private figures: LiveNode | undefined;

  constructor(private readonly node: string) {}

  /**
   * @param json the kubelet's answer
   * @param receivedAtMs when it was there, later than the one before
   * @param pods bound to the node
   * @throws NodeFailure when it is no summary of this node, or the node's clock and this one are too far apart
   */
  read(json: Buffer, receivedAtMs: number, pods: readonly ClusterPod[]): LiveNodeEvent {
    const node = readSummary(json, this.node, receivedAtMs);
    forgetHostNetwork(node, pods);
    this.reading = rateNode(node, this.reading, {
      cycleAtMs: receivedAtMs,
      collectedAtMs: receivedAtMs,
      maxWindowMs: MAX_WINDOW_MS,
    });
    this.figures = liveFigures(node, this.figures);
    return eventOf(node, this.figures, receivedAtMs);
  }
}

function eventOf(node: MeasuredNode, live: LiveNode, atMs: number): LiveNodeEvent {
  const of = (key: string) => presentFigures(live.get(key));
  return {
    node: node.name,
    at: new Date(atMs).toISOString(),
    root: of(''),
    systemContainers: node.systemContainers.map(({ name }) => ({ name, ...of(`/${name}`) })),
    pods: node.pods.map(({ namespace, name, uid, containers }) => ({
      namespace,
      name,
      uid,
      ...of(uid),
      containers: containers.map((one) => ({ name: one.name, ...of(`${uid}/${one.name}`) })),
    })),
  };
}

function presentFigures(figures: LiveFigures | undefined): LiveNodeEvent['root'] {
  if (!figures) return { metrics: {}, resources: [] };
  const { sampledAtMs, metrics, resources } = figures;
  return {
    ...(sampledAtMs === undefined ? {} : { sampledAt: new Date(sampledAtMs).toISOString() }),
    metrics: { ...metrics },
    resources: resources.map(({ resource, metrics }) => ({ resource, metrics: { ...metrics } })),
  };
}
