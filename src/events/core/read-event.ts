import { known, millis } from '../../cluster/core/raw-object.js';
import { NOTE_CHARACTERS, type KubernetesEvent, type ObjectReference } from './kubernetes-event.js';

/**
 * Reads an Event of `events.k8s.io/v1` (Kubernetes 1.19 and later), in which the API server also serves those that were written in core/v1: those have their
 * times and counts in fields that begin with `deprecated`. Any field may be absent but the uid, the name and the object's.
 */

interface RawReference {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly fieldPath?: string;
}

interface RawEvent {
  readonly metadata?: {
    readonly uid?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
  };
  readonly type?: string;
  readonly reason?: string;
  readonly action?: string;
  readonly note?: string;
  readonly regarding?: RawReference;
  readonly related?: RawReference;
  readonly reportingController?: string;
  readonly reportingInstance?: string;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null;
  readonly deprecatedCount?: number;
  readonly deprecatedFirstTimestamp?: string | null;
  readonly deprecatedLastTimestamp?: string | null;
  readonly deprecatedSource?: { readonly component?: string; readonly host?: string };
}

/** The event without its workload; undefined for what is none: it lacks its uid, its name or its time. */
export function readEvent(raw: unknown): KubernetesEvent | undefined {
  const event = (raw ?? {}) as RawEvent;
  const { uid, name, namespace = 'default', resourceVersion = '' } = event.metadata ?? {};
  const times = timesOf(event);
  if (!uid || !name || !times) return undefined;
  const regarding = referenceOf(event.regarding) ?? { kind: '', name: '' };
  const source = event.deprecatedSource ?? {};
  return known({
    uid,
    namespace,
    name,
    resourceVersion,
    type: visible(event.type ?? ''),
    reason: visible(event.reason ?? ''),
    action: textOf(event.action),
    note: cut(visible(event.note ?? '')),
    regarding,
    related: referenceOf(event.related),
    reportingController: visible(event.reportingController || source.component || ''),
    reportingInstance: textOf(event.reportingInstance),
    ...times,
    count: Math.max(1, countOf(event.series?.count), countOf(event.deprecatedCount)),
    isSeries: Boolean(event.series),
    node: regarding.kind === 'Node' ? regarding.name : textOf(source.host),
  });
}

function timesOf(event: RawEvent): { firstAtMs: number; lastAtMs: number } | undefined {
  const { eventTime, series, deprecatedFirstTimestamp, deprecatedLastTimestamp, metadata } = event;
  const told = [deprecatedFirstTimestamp, eventTime, deprecatedLastTimestamp, series?.lastObservedTime];
  const occurred = told.map((time) => millis(time ?? undefined)).filter((ms) => ms !== undefined);
  const created = millis(metadata?.creationTimestamp);
  const all = occurred.length > 0 ? occurred : created === undefined ? [] : [created];
  return all.length === 0 ? undefined : { firstAtMs: Math.min(...all), lastAtMs: Math.max(...all) };
}

function referenceOf(raw: RawReference | undefined): ObjectReference | undefined {
  if (!raw?.kind && !raw?.name) return undefined;
  return known({
    kind: visible(raw.kind ?? ''),
    apiVersion: textOf(raw.apiVersion),
    namespace: textOf(raw.namespace),
    name: visible(raw.name ?? ''),
    uid: textOf(raw.uid),
    fieldPath: textOf(raw.fieldPath),
  });
}

function countOf(count: number | undefined): number {
  return Number.isSafeInteger(count) ? Math.min(count as number, 2_147_483_647) : 0;
}

function textOf(text: string | undefined): string | undefined {
  return text ? visible(text) : undefined;
}

/** A NUL, which no engine keeps in a text, is shown. */
function visible(text: string): string {
  return text.replaceAll('\0', '\\x00');
}

function cut(note: string): string {
  return note.length <= NOTE_CHARACTERS ? note : `${note.slice(0, NOTE_CHARACTERS - 1).toWellFormed()}…`;
}
