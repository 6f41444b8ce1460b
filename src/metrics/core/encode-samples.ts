/**
 * Samples as compact bytes, for where they wait: what line protocol repeats a value, names and tags, stands here once. Values are exact, bit by bit.
 *
 * One version byte, the length of the head (4 bytes, big endian), the head as JSON, then for each kind its columns: the kubelet's stamps and each metric's values as
 * 64-bit floats, NaN for unknown, laid out in byte planes (all first bytes, all second bytes, ...), which is what a compressor after this likes. The head names the metrics, so that bytes of
 * an older catalogue can be read: a metric that is gone is left out, a new one is unknown.
 */
import { metricsOfObject } from './metric-catalogue.js';
import { familyOf, type MetricObject, type Sample } from './sample.js';

const VERSION = 1;
const HEAD_AT = 5;
const FLOAT = 8;
const TEXTS = ['node', 'namespace', 'pod', 'podUid', 'container', 'workload', 'resource'] as const;

/** The bytes are none of this encoding, or of a newer one. */
export class EncodedSamplesError extends Error {
  override readonly name = 'EncodedSamplesError';
}

interface Kind {
  readonly type: MetricObject['type'];
  readonly metrics: readonly string[];
  /** Of each object: indexes into `strings`, -1 for an absent one, in the order of `TEXTS`; then its label set's index, -1 for none. */
  readonly objects: number[][];
}

interface Head {
  readonly strings: readonly string[];
  readonly labels: readonly Readonly<Record<string, string>>[];
  readonly kinds: readonly Kind[];
}

/** The order of samples is kept within an object type and family, not beyond. */
export function encodeSamples(samples: readonly Sample[]): Buffer {
  const strings = new Indexed<string>((text) => text);
  const labelSets = new Indexed<Readonly<Record<string, string>>>((labels) => JSON.stringify(labels));
  const groups = [...Map.groupBy(samples, ({ object }) => kindOf(object)).values()];
  const kinds = groups.map((group): Kind => {
    const [first] = group as [Sample];
    const objects = group.map(({ object }) => [
      ...TEXTS.map((field) => strings.indexOf(object[field])),
      labelSets.indexOf(object.labels),
    ]);
    return { type: first.object.type, metrics: metricsOfObject(first.object).map(({ name }) => name), objects };
  });
  const head: Head = { strings: strings.all, labels: labelSets.all, kinds };
  const headBytes = Buffer.from(JSON.stringify(head));
  const start = Buffer.alloc(HEAD_AT);
  start.writeUInt8(VERSION);
  start.writeUInt32BE(headBytes.length, 1);
  const columns = groups.flatMap((group, index) => [
    planes(group.map(({ sampledAtMs = Number.NaN }) => sampledAtMs)),
    ...(kinds[index]?.metrics ?? []).map((_, metric) =>
      planes(group.map(({ values }) => values[metric] ?? Number.NaN)),
    ),
  ]);
  return Buffer.concat([start, headBytes, ...columns]);
}

/** @throws EncodedSamplesError */
export function decodeSamples(bytes: Buffer): Sample[] {
  if (bytes.length < HEAD_AT || bytes.readUInt8() !== VERSION)
    throw new EncodedSamplesError('The bytes are no samples of a known version');
  const columnsAt = HEAD_AT + bytes.readUInt32BE(1);
  const head = readHead(bytes.subarray(HEAD_AT, columnsAt));
  const samples: Sample[] = [];
  let offset = columnsAt;
  const nextColumn = (rows: number): Float64Array => {
    const column = bytes.subarray(offset, (offset += rows * FLOAT));
    if (column.length < rows * FLOAT) throw new EncodedSamplesError('The bytes end too early');
    return fromPlanes(column);
  };
  for (const kind of head.kinds) {
    const rows = kind.objects.length;
    const stamps = nextColumn(rows);
    const columns = new Map(kind.metrics.map((metric) => [metric, nextColumn(rows)]));
    for (const [row, indexes] of kind.objects.entries()) {
      const object = objectOf(kind, indexes, head);
      const values = metricsOfObject(object).map(({ name }) => columns.get(name)?.[row] ?? Number.NaN);
      const stamp = stamps[row] ?? Number.NaN;
      samples.push({ object, sampledAtMs: Number.isNaN(stamp) ? undefined : stamp, values });
    }
  }
  return samples;
}

function kindOf({ type, resource }: MetricObject): string {
  return resource === undefined ? type : `${type} ${familyOf(resource)}`;
}

function readHead(bytes: Buffer): Head {
  try {
    return JSON.parse(bytes.toString()) as Head;
  } catch (cause) {
    throw new EncodedSamplesError('The head of the bytes cannot be read', { cause });
  }
}

function objectOf({ type }: Kind, indexes: readonly number[], { strings, labels }: Head): MetricObject {
  const object: Record<string, unknown> = { type };
  for (const [place, field] of TEXTS.entries()) {
    const text = strings[indexes[place] ?? -1];
    if (text !== undefined) object[field] = text;
  }
  const set = labels[indexes[TEXTS.length] ?? -1];
  return { ...object, type, ...(set ? { labels: set } : {}) };
}

function planes(column: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Float64Array.from(column).buffer);
  const turned = new Uint8Array(bytes.length);
  for (let plane = 0; plane < FLOAT; plane += 1) {
    for (let row = 0; row < column.length; row += 1)
      turned[plane * column.length + row] = bytes[row * FLOAT + plane] ?? 0;
  }
  return turned;
}

function fromPlanes(turned: Uint8Array): Float64Array {
  const rows = turned.length / FLOAT;
  const bytes = new Uint8Array(turned.length);
  for (let plane = 0; plane < FLOAT; plane += 1) {
    for (let row = 0; row < rows; row += 1) bytes[row * FLOAT + plane] = turned[plane * rows + row] ?? 0;
  }
  return new Float64Array(bytes.buffer);
}

/** Gives each value that differs an index. */
class Indexed<T> {
  readonly all: T[] = [];
  private readonly indexes = new Map<string, number>();
  constructor(private readonly keyOf: (value: T) => string) {}

  /** -1 for undefined. */
  indexOf(value: T | undefined): number {
    if (value === undefined) return -1;
    const key = this.keyOf(value);
    let index = this.indexes.get(key);
    if (index === undefined) {
      index = this.all.push(value) - 1;
      this.indexes.set(key, index);
    }
    return index;
  }
}
