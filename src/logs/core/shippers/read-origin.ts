import { flattenFields } from '../line/flatten-fields.js';
import { levelOfValue } from '../line/level-names.js';
import type { LogLevel } from '../log-level.js';
import type { LineOrigin } from '../read-line.js';
import { CONTAINER_IDS, FILEBEAT_WORKLOADS, FILES, KUBERNETES, NODES, SEVERITIES, UNITS } from './layouts.js';
import { readContainerPath } from './read-container-path.js';
import { isObject, textAt, valueAt, type JsonObject } from './value-at.js';

/** Where a line comes from, without its place there. */
export type ShippedOrigin = Omit<LineOrigin, 'observedNs' | 'sequence' | 'source' | 'documentId'>;

/** What a document tells of where its line comes from. */
export interface DocumentOrigin {
  readonly origin: ShippedOrigin;
  /** What syslog or the journal says. */
  readonly level?: LogLevel;
  /** The text is as it stands in a container's log file. */
  readonly isFromContainerFile: boolean;
  /** Names at the top that are used up. */
  readonly names: readonly string[];
}

/** Reads the pod of a line, or the node and unit of one that is no pod's, wherever the known shippers write them (`layouts.ts`). */
export function readOrigin(document: JsonObject): DocumentOrigin {
  const kubernetes = isObject(document['kubernetes']) ? document['kubernetes'] : undefined;
  if (kubernetes && textAt(kubernetes, KUBERNETES.pod) !== undefined) return ofPod(document, kubernetes);
  for (const name of FILES) {
    const path = textAt(document, [name]);
    const facts = path === undefined ? undefined : readContainerPath(path);
    if (!facts) continue;
    const node = kubernetes && textAt(kubernetes, KUBERNETES.node);
    return { origin: { ...facts, ...(node && { node }) }, isFromContainerFile: true, names: [name] };
  }
  return ofNode(document, kubernetes ?? {});
}

/** The same, where what stands in `kubernetes` says all of it; undefined otherwise. */
export function readPodOrigin(kubernetes: JsonObject): DocumentOrigin | undefined {
  const isAll = [KUBERNETES.pod, KUBERNETES.containerId].every((names) => textAt(kubernetes, names) !== undefined);
  return isAll ? ofPod({}, kubernetes) : undefined;
}

function ofPod(document: JsonObject, kubernetes: JsonObject): DocumentOrigin {
  const containerId = textAt(kubernetes, KUBERNETES.containerId) ?? textAt(document, CONTAINER_IDS);
  const owner = textAt(kubernetes, KUBERNETES.owner) ?? ownerIn(kubernetes) ?? filebeatWorkload(kubernetes);
  const labels = KUBERNETES.labels.map((name) => kubernetes[name]).find(isObject);
  const [namespace, pod, podUid, container, node] = (['namespace', 'pod', 'podUid', 'container', 'node'] as const).map(
    (key) => textAt(kubernetes, KUBERNETES[key]),
  );
  const origin = {
    ...(namespace && { namespace }),
    ...(pod && { pod }),
    ...(podUid && { podUid }),
    ...(container && { container }),
    ...(containerId && { containerId: containerId.replace(/^[a-z-]{1,20}:\/\//, '') }),
    ...(node && { node }),
    ...(owner && { workload: owner }),
    ...(labels && { labels: textsOf(labels) }),
  };
  return { origin, isFromContainerFile: false, names: [] };
}

/** The controller, as Kubernetes writes owner references. */
function ownerIn(kubernetes: JsonObject): string | undefined {
  const owners = KUBERNETES.owners.map((name) => kubernetes[name]).find(Array.isArray) as unknown[] | undefined;
  const objects = (owners ?? []).filter(isObject);
  const owner = objects.find(({ controller }) => controller === true) ?? objects[0];
  const [kind, name] = owner ? [textAt(owner, ['kind']), textAt(owner, ['name'])] : [];
  return kind && name && `${kind}/${name}`;
}

function filebeatWorkload(kubernetes: JsonObject): string | undefined {
  for (const [path, kind] of FILEBEAT_WORKLOADS) {
    const name = textAt(kubernetes, [path]);
    if (name !== undefined) return `${kind}/${name}`;
  }
  return undefined;
}

/** Labels, joined again where a shipper made objects of their dots. */
function textsOf(labels: JsonObject): Readonly<Record<string, string>> {
  if (isFlat(labels)) return labels;
  return Object.fromEntries(Object.entries(flattenFields(labels).fields).map(([name, value]) => [name, String(value)]));
}

function isFlat(labels: JsonObject): labels is Readonly<Record<string, string>> {
  for (const name of Object.keys(labels))
    if (typeof labels[name] !== 'string' || !labels[name].isWellFormed()) return false;
  return true;
}

function ofNode(document: JsonObject, kubernetes: JsonObject): DocumentOrigin {
  const nodeName = NODES.find((name) => textAt(document, [name]) !== undefined);
  const unitName = UNITS.find((name) => textAt(document, [name]) !== undefined);
  const fileName = FILES.find((name) => textAt(document, [name])?.startsWith('/'));
  const severityName = SEVERITIES.find((name) => levelOfValue(valueAt(document, name)) !== undefined);
  const node = textAt(kubernetes, KUBERNETES.node) ?? (nodeName && textAt(document, [nodeName]));
  const unit = unitName
    ? textAt(document, [unitName])?.replace(SYSLOG_TAG_END, '')
    : fileName && textAt(document, [fileName]);
  const level = severityName && levelOfValue(valueAt(document, severityName));
  return {
    origin: { ...(node && { node }), ...(unit && { unit }) },
    ...(level && { level }),
    isFromContainerFile: false,
    names: [nodeName, unitName, unitName ? undefined : fileName].filter((name) => name !== undefined),
  };
}

/** `sshd[123]:` is the program and its process (RFC 3164). */
const SYSLOG_TAG_END = /(?:\[\d{1,10}\])?:?\s*$/;
