import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { WorkGate } from './work-gate.js';

/** How a text that is made piece by piece is opened. */
export interface GatedText {
  readonly gate: Pick<WorkGate, 'run'>;
  /** Aborted when nobody reads it any more. */
  readonly client: AbortSignal;
  /** Makes the pieces; may ask first whether they may be made at all. */
  readonly chunksOf: (signal: AbortSignal) => Promise<AsyncIterator<string>> | AsyncIterator<string>;
  /** Told of an error that comes when the text is being read already: nobody else hears of it. */
  readonly onBreak: (error: unknown) => void;
}

/**
 * A text as a stream. It holds one place of the gate until its reader has it whole or leaves it. Resolves when the first piece is there, so that an error before it still
 * has a status.
 */
export async function openGated({ gate, client, chunksOf, onBreak }: GatedText): Promise<Readable> {
  const opened = Promise.withResolvers<Readable>();
  let isOpen = false;
  const whole = gate.run(client, async (signal) => {
    const chunks = await chunksOf(signal);
    const first = await chunks.next();
    const stream = Readable.from(chained(first, chunks), { objectMode: false, signal });
    isOpen = true;
    opened.resolve(stream);
    await finished(stream).catch(() => undefined); // who reads it sees the reason
  });
  whole.catch((error: unknown) => {
    if (isOpen) onBreak(error);
    opened.reject(error);
  });
  return opened.promise;
}

async function* chained(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
