import type { ManifestObject } from '../../core/manifest-object.js';
import { readText } from '../../core/read-field.js';

/** What an event says. */
export interface Warning {
  readonly reason: string;
  readonly note: string;
}

/** The warnings about an object (`events.k8s.io/v1`), newest first. Those of an earlier object of the same name are left out. */
export function warningsOf(object: ManifestObject, events: readonly ManifestObject[] | undefined): readonly Warning[] {
  const { kind, metadata } = object;
  const uid = readText(metadata, 'uid');
  return (events ?? [])
    .filter((event) => {
      const ofUid = readText(event, 'regarding', 'uid');
      return (
        readText(event, 'regarding', 'kind') === kind &&
        readText(event, 'regarding', 'name') === metadata.name &&
        (uid === '' || ofUid === '' || uid === ofUid)
      );
    })
    .toSorted((one, other) => (lastAt(one) < lastAt(other) ? 1 : -1))
    .map((event) => ({ reason: readText(event, 'reason'), note: readText(event, 'note') }));
}

function lastAt(event: ManifestObject): string {
  return (
    readText(event, 'series', 'lastObservedTime') ||
    readText(event, 'deprecatedLastTimestamp') ||
    readText(event, 'eventTime') ||
    readText(event, 'metadata', 'creationTimestamp')
  );
}
