import { setTimeout as sleep } from 'node:timers/promises';

/** How long a batch may grow. */
export interface BatchBounds {
  readonly maxItems: number;
  readonly maxWaitMs: number;
}

/** Puts what comes one by one together: a batch is full, or its first item has waited for long enough. What came before a failure is given first. Who leaves before the end ends the source too. */
export async function* batchesOf<Item>(
  items: AsyncIterable<Item>,
  { maxItems, maxWaitMs }: BatchBounds,
): AsyncGenerator<readonly Item[]> {
  const iterator = items[Symbol.asyncIterator]();
  let next = settled(iterator.next());
  try {
    for (;;) {
      const batch: Item[] = [];
      let result: Settled<Item> | undefined = await next;
      const stop = new AbortController();
      const waited = sleep(maxWaitMs, undefined, { signal: stop.signal }).catch(() => undefined);
      while (result && 'item' in result) {
        batch.push(result.item);
        next = settled(iterator.next());
        result = batch.length >= maxItems ? undefined : await Promise.race([next, waited]);
      }
      stop.abort();
      if (batch.length > 0) yield batch;
      if (result && 'failure' in result) throw result.failure;
      if (result) return;
    }
  } finally {
    // Not awaited: it would wait for the item that is being waited for. Whoever leaves ends the source.
    void settled(iterator.return?.() ?? Promise.resolve({ done: true, value: undefined }));
  }
}

type Settled<Item> = { readonly item: Item } | { readonly failure: unknown } | { readonly isDone: true };

/** A promise that never rejects, so that nobody need be waiting when it fails. */
async function settled<Item>(next: Promise<IteratorResult<Item>>): Promise<Settled<Item>> {
  try {
    const { value, done } = await next;
    return done ? { isDone: true } : { item: value };
  } catch (failure) {
    return { failure };
  }
}
