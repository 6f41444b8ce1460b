/**
 * Reads a kubelet's answer to `GET /stats/summary` (Kubernetes 1.34 and older: k8s.io/kubelet/pkg/apis/stats/v1alpha1) into figures by slot, straight from its bytes.
 * The field map is Heapster's (metrics/sources/summary/summary.go) with its defects mended: every group of counters keeps its own time stamp,
 * so that pods without network figures have rates too; and what Heapster left out: swap, pressure, process ids, claims, interfaces, image file systems.
 *
 * Lenient: a field that is missing or null is unknown, never zero; so is a number of 2^63 and more (an unsigned counter that wrapped below
 * zero). A pod, container or volume without a name is left out: a sandbox that somebody made by hand (`crictl runp`) has no uid, and must not cost the node. Strict: what stands there must be of its type, a number finite and not negative, and the answer must be the asked node's; anything
 * else is `SummaryGarbage`. Ignored, but checked to be JSON: everything that no metric of the catalogue is made of.
 */
import { readFigures } from './decode-figures.js';
import { END } from './json-cursor.js';
import { JsonMismatch, JsonSyntax } from './json-errors.js';
import { slotOf, type Measured, type MeasuredContainer, type MeasuredNode, type MeasuredPod } from './measured.js';
import { KEY } from './summary-keys.js';
import { newPart, type SummaryPart } from './summary-part.js';
import { SummaryGarbage, SummaryReader } from './summary-reader.js';

const START_TIME = slotOf('start_time');
const EPHEMERAL_USAGE = slotOf('ephemeral_storage/usage');
/** Heapster's names of the kubelet's system containers; the others keep theirs. */
const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  ['runtime', 'docker-daemon'],
  ['misc', 'system'],
]);

/**
 * @param json the answer; it may be overwritten afterwards
 * @param nodeName whose answer it must be
 * @throws SummaryGarbage
 */
export function decodeSummary(json: Buffer, nodeName: string): MeasuredNode {
  const reader = new SummaryReader(json);
  try {
    const node = answer(reader);
    if (node.name !== nodeName) throw new SummaryGarbage(`Node ${node.name} answered in place of ${nodeName}.`);
    return node;
  } catch (error) {
    if (error instanceof JsonMismatch) throw reader.garbage(error.message);
    if (error instanceof JsonSyntax) {
      throw new SummaryGarbage(`The answer is not JSON, so it is not a kubelet's summary: ${error.message}.`);
    }
    throw error;
  }
}

function answer(reader: SummaryReader): MeasuredNode {
  let node: SummaryPart | undefined;
  let pods: MeasuredPod[] = [];
  if (reader.enterObject()) {
    for (let key = reader.nextKey(); key !== END; key = reader.nextKey()) {
      reader.stand(key === KEY.pods ? 'pods' : 'node');
      if (key === KEY.node) node = readPart(reader, 'node');
      else if (key === KEY.pods) pods = readPods(reader);
      else reader.skip();
    }
  }
  reader.finish();
  if (!node) throw new SummaryGarbage('The answer has no node.');
  const { name, measured, containers } = node;
  if (!name) throw new SummaryGarbage('node.nodeName is not a name.');
  const systemContainers = containers.map((one) => ({ ...one, name: SYSTEM_NAMES.get(one.name) ?? one.name }));
  return { name, measured, systemContainers, pods };
}

/** Of two entries of one pod the one that started later counts. */
function readPods(reader: SummaryReader): MeasuredPod[] {
  const byKey = new Map<string, MeasuredPod>();
  if (!reader.enterArray()) return [];
  while (reader.nextItem()) {
    reader.stand('pods[]');
    const { namespace, name, uid, measured, containers } = readPart(reader, 'pods[]') ?? newPart();
    if (!namespace || !name || !uid) continue;
    const key = `${uid}/${namespace}/${name}`;
    if (isLater(measured, byKey.get(key)?.measured)) byKey.set(key, { namespace, name, uid, measured, containers });
  }
  return [...byKey.values()];
}

/** Of two entries with one name (one terminated, one running) the one that started later counts. */
function readContainers(reader: SummaryReader, list: string): MeasuredContainer[] {
  const kept: MeasuredContainer[] = [];
  const place = `${list}[]`;
  if (!reader.enterArray()) return kept;
  while (reader.nextItem()) {
    reader.stand(place);
    const found = readPart(reader, place);
    if (!found) continue;
    const { name, measured, rootfsBytes, logsBytes } = found;
    if (!name) continue;
    measured.values[EPHEMERAL_USAGE] = rootfsBytes + logsBytes;
    const index = kept.findIndex((one) => one.name === name);
    if (index < 0) kept.push({ name, measured });
    else if (isLater(measured, kept[index]?.measured)) kept[index] = { name, measured };
  }
  return kept;
}

/** A node, a pod or a container: they have the same groups of figures. Undefined for null. */
function readPart(reader: SummaryReader, place: string): SummaryPart | undefined {
  if (!reader.enterObject()) return undefined;
  const part = newPart();
  for (let key = reader.nextKey(); key !== END; key = reader.nextKey()) {
    reader.stand(place, key);
    if (key === KEY.name || key === KEY.nodeName) part.name = reader.text();
    else if (key === KEY.startTime) part.measured.values[START_TIME] = part.measured.startMs = reader.instant();
    else if (key === KEY.podRef) readPodRef(reader, part);
    else if (key === KEY.containers) part.containers = readContainers(reader, 'pods[].containers');
    else if (key === KEY.systemContainers) part.containers = readContainers(reader, 'node.systemContainers');
    else readFigures(reader, key, part);
  }
  return part;
}

function readPodRef(reader: SummaryReader, part: SummaryPart): void {
  if (!reader.enterGroup()) return;
  for (let key = reader.next(); key !== END; key = reader.next()) {
    if (key === KEY.name) part.name = reader.text();
    else if (key === KEY.namespace) part.namespace = reader.text();
    else if (key === KEY.uid) part.uid = reader.text();
    else reader.skip();
  }
}

function isLater(measured: Measured, than: Measured | undefined): boolean {
  return !than || measured.startMs > than.startMs || (Number.isNaN(than.startMs) && !Number.isNaN(measured.startMs));
}
