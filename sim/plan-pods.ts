import type { ContainerTemplate, WorkloadTemplate } from './catalogue.js';
import { type Curve, flat } from './curves.js';
import { CRASH_PERIOD_MS, CRASH_RUN_MS } from './lifecycle.js';
import { EPOCH_MS, type Owner, type Resources, type SimContainer, type SimNode, type SimPod } from './model.js';
import { between, hash, type Key, uuid } from './seeded.js';

const MI = 1024 * 1024;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** A believable curve around a level: a daily wave whose peak falls into the working day, and a ripple of minutes. */
export function curveAround(level: number, wave: number, ...keys: Key[]): Curve {
  return {
    ...flat(level * between(0.8, 1.25, 'level', ...keys)),
    day: wave * between(0.5, 1, 'day', ...keys),
    dayPhaseMs: between(-10, -6, 'phase', ...keys) * 3_600_000,
    ripple: 0.4 * wave * between(0.3, 1, 'ripple', ...keys),
    ripplePeriodMs: Math.round(between(180_000, 900_000, 'period', ...keys)),
    ripplePhaseMs: Math.round(between(0, 900_000, 'offset', ...keys)),
  };
}

/** A container of one pod: its curves differ a little from its siblings'. */
export function planContainer(template: ContainerTemplate, createdMs: number, ...keys: Key[]): SimContainer {
  const behaviour = template.behaviour ?? 'steady';
  const cores = template.cpuMillis / 1000;
  const memory = curveAround(template.memoryMi * MI * 0.7, 0.12, 'memory', template.name, ...keys);
  return {
    name: template.name,
    image: template.image,
    ...(template.request || template.extended
      ? { requests: { ...resources(template.request), ...template.extended } }
      : {}),
    ...(template.limit || template.extended ? { limits: { ...resources(template.limit), ...template.extended } } : {}),
    memoryLimitBytes: (template.limit?.[1] ?? 0) * MI,
    cpu: cpuCurve(template, cores, createdMs, keys),
    memory: behaviour === 'leaking' ? flat(template.memoryMi * MI * 0.6) : memory,
    behaviour,
  };
}

function cpuCurve(template: ContainerTemplate, cores: number, createdMs: number, keys: Key[]): Curve {
  if (template.behaviour === 'crashing') {
    // Uses CPU only while it runs.
    return {
      ...flat(0),
      burst: cores * 6,
      burstMs: CRASH_RUN_MS,
      burstPeriodMs: CRASH_PERIOD_MS,
      burstPhaseMs: createdMs,
    };
  }
  const curve = curveAround(cores, 0.6, 'cpu', template.name, ...keys);
  if (!template.burstMillis) return curve;
  const burstPhaseMs = Math.round(between(0, 300_000, 'burst', ...keys));
  return { ...curve, burst: template.burstMillis / 1000, burstMs: 90_000, burstPeriodMs: 300_000, burstPhaseMs };
}

function resources(pair: readonly [number, number] | undefined): Resources {
  if (!pair) return {};
  return { ...(pair[0] ? { cpu: `${pair[0]}m` } : {}), ...(pair[1] ? { memory: `${pair[1]}Mi` } : {}) };
}

/**
 * When a pod was created. Troubled pods are rolled out anew every week, so that their restart counts stay believable: their
 * start is the last such moment before `nowMs`.
 */
export function createdAt(isTroubled: boolean, node: SimNode, nowMs: number, ...keys: Key[]): number {
  const offsetMs = Math.round(between(0, WEEK_MS / 1000, 'created', ...keys)) * 1000;
  if (isTroubled) return EPOCH_MS + offsetMs + Math.floor((nowMs - EPOCH_MS - offsetMs) / WEEK_MS) * WEEK_MS;
  return node.bootMs + 60_000 + Math.round(offsetMs / 4000) * 1000;
}

/** One pod of a workload, on a node. */
export function planPod(
  seed: number,
  template: WorkloadTemplate,
  place: { node: SimNode; name: string; namespace: string; owner?: Owner; labels: Record<string, string> },
  nowMs: number,
): SimPod {
  const { node, name, namespace } = place;
  const isTroubled = template.containers.some((container) => container.behaviour !== undefined);
  const createdMs = createdAt(isTroubled, node, nowMs, seed, namespace, name);
  return {
    namespace,
    name,
    uid: uuid(seed, 'pod', namespace, name, createdMs),
    node,
    labels: place.labels,
    ...(place.owner ? { owner: place.owner } : {}),
    hostNetwork: template.hostNetwork ?? false,
    isMirror: template.kind === 'Static',
    createdMs,
    countsFromMs: EPOCH_MS,
    containers: template.containers.map((container) => planContainer(container, createdMs, seed, namespace, name)),
    claims: template.claim ? [`${template.claim}-${name}`] : [],
    rxBytesPerCpuSecond: Math.round(between(5e4, 4e6, seed, 'rx', namespace, name)),
    txBytesPerCpuSecond: Math.round(between(5e4, 4e6, seed, 'tx', namespace, name)),
    ip: template.hostNetwork ? '127.0.0.1' : podIp(node, namespace, name),
  };
}

/** An address of the node's pod range. */
export function podIp(node: SimNode, namespace: string, name: string): string {
  return `10.${128 + (node.index >> 8)}.${node.index & 255}.${2 + (hash(namespace, name) % 250)}`;
}
