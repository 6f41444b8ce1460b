import type { Labels, Owner } from './cluster-objects.js';
import type { Interner } from './interner.js';

/** What the reducers read of `metadata`. The API server is trusted to send objects of its kinds, but any field may be absent. */
export interface RawMetadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly {
    readonly kind?: string;
    readonly name?: string;
    readonly controller?: boolean;
  }[];
}

export interface RawObject {
  readonly metadata?: RawMetadata;
}

const NO_LABELS: Labels = Object.freeze({});

/** Milliseconds since the epoch, or undefined when there is no (valid) time. */
export function millis(timestamp: string | undefined): number | undefined {
  const ms = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The object's labels, shared with all objects that have the same. */
export function labelsOf(metadata: RawMetadata, interner: Interner): Labels {
  const { labels } = metadata;
  if (!labels) return NO_LABELS;
  return interner.value(`labels ${JSON.stringify(labels)}`, () =>
    Object.freeze(
      Object.fromEntries(Object.entries(labels).map(([key, value]) => [interner.text(key), interner.text(value)])),
    ),
  );
}

/** The controlling owner, if there is one. */
export function ownerOf(metadata: RawMetadata, interner: Interner): Owner | undefined {
  const { kind, name } = metadata.ownerReferences?.find(({ controller }) => controller) ?? {};
  if (!kind || !name) return undefined;
  return interner.value(`owner ${kind}/${name}`, () => Object.freeze({ kind: interner.text(kind), name }));
}

/** Leaves out the fields whose value is undefined: an unknown field is absent. */
export function known<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
