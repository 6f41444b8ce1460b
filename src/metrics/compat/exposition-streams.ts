import { Readable, pipeline } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { ProblemError } from '../../platform/errors.js';
import type { ExpositionFormat } from './core/exposition-format.js';
import { type ExposedFamily, writeExposition } from './core/write-exposition.js';

/** Each holds all its samples until it is sent. */
const MAX_STREAMS = 4;
/** A scraper that takes its text more slowly than this is cut off. */
const MAX_SENDING_MS = 2 * 60_000;
/** Fast: labels repeat so much that more effort gains little. */
const GZIP_LEVEL = 1;

/** The expositions that this process is sending, and how: piece by piece as the scraper takes them, others getting their turn between two pieces. */
@Injectable()
export class ExpositionStreams {
  private open = 0;

  /** Makes room for an exposition before anything is fetched. @throws ProblemError 429 while 4 are on their way */
  async send(
    fetch: () => Promise<Iterable<ExposedFamily>>,
    { format, gzip }: { readonly format: ExpositionFormat; readonly gzip: boolean },
  ): Promise<Readable> {
    if (this.open >= MAX_STREAMS)
      throw new ProblemError('RATE_LIMITED', `${MAX_STREAMS} expositions are being sent, no more are.`, {
        retryAfterSeconds: 5,
        limit: 'expositions',
      });
    this.open += 1;
    try {
      const text = Readable.from(paced(writeExposition(await fetch(), format)), { highWaterMark: 2 });
      const stream = gzip ? pipeline(text, createGzip({ level: GZIP_LEVEL }), () => undefined) : text;
      const deadline = setTimeout(() => stream.destroy(new Error('The scraper is too slow')), MAX_SENDING_MS);
      stream.once('close', () => {
        clearTimeout(deadline);
        this.open -= 1;
      });
      return stream;
    } catch (error) {
      this.open -= 1;
      throw error;
    }
  }
}

async function* paced(chunks: Iterable<string>): AsyncGenerator<string> {
  for (const chunk of chunks) {
    yield chunk;
    await setImmediate();
  }
}
