import type { KubernetesEvent } from './kubernetes-event.js';
import { isContinued, mergeEvent, type EventMerge, type StoredEvent } from './merge-events.js';

/** Stands for the row of an event that the same batch has brought. */
const OF_THIS_BATCH = -1;

/**
 * What a batch changes: each row at most once, however often the batch tells of it.
 *
 * @param stored the rows whose uid, or whose namespace and name, are those of an event of the batch
 */
export function mergeBatch(
  stored: readonly StoredEvent[],
  batch: readonly KubernetesEvent[],
): Exclude<EventMerge, { kind: 'same' }>[] {
  return newestOf(batch).flatMap((told) => {
    const merge = mergeEvent(rowOf(stored, told), told);
    return merge.kind === 'same' ? [] : [merge];
  });
}

/** One of each event, all that was told of it put together. */
function newestOf(batch: readonly KubernetesEvent[]): KubernetesEvent[] {
  const newest: StoredEvent[] = [];
  const places = new Map<string, number>();
  for (const told of batch) {
    const place = places.get(told.uid) ?? newest.findIndex(({ event }) => isContinued(event, told));
    const known = newest[place];
    if (!known) {
      places.set(told.uid, newest.push({ id: OF_THIS_BATCH, event: told }) - 1);
      continue;
    }
    places.set(told.uid, place);
    const merge = mergeEvent(known, told);
    if (merge.kind === 'changed') newest[place] = { id: OF_THIS_BATCH, event: merge.event };
  }
  return newest.map(({ event }) => event);
}

function rowOf(stored: readonly StoredEvent[], told: KubernetesEvent): StoredEvent | undefined {
  return stored.find(({ event }) => event.uid === told.uid) ?? stored.find(({ event }) => isContinued(event, told));
}
