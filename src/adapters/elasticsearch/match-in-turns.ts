import { setImmediate as turn } from 'node:timers/promises';
import type { RecordPredicate } from '../../logs/core/filter/match-record.js';
import type { LogRecord } from '../../logs/core/log-record.js';

/** Characters of messages that are decided on at once: a regular expression takes some microseconds for each of them. */
const CHARACTERS_AT_ONCE = 8 * 1024;

/**
 * Those whose records match, in their order. Whatever else goes on in this process gets its turn between some of them and the next: a page of lines may take seconds.
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function matchInTurns<Item>(
  items: readonly Item[],
  recordOf: (item: Item) => LogRecord,
  matches: RecordPredicate,
  signal?: AbortSignal,
): Promise<Item[]> {
  const matching: Item[] = [];
  let characters = 0;
  for (const item of items) {
    const record = recordOf(item);
    if (matches(record)) matching.push(item);
    characters += record.message.length;
    if (characters < CHARACTERS_AT_ONCE) continue;
    characters = 0;
    await turn();
    signal?.throwIfAborted();
  }
  return matching;
}
