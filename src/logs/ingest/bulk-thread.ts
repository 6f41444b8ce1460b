import type { OnApplicationShutdown } from '@nestjs/common';
import { ProblemError } from '../../platform/errors.js';
import type { Log } from '../../platform/log.js';
import { type BulkBody, BulkReader, type ReadBulk } from './bulk-reader.js';
import { ReaderThread } from './reader-thread.js';

const WORKER = new URL('bulk-worker.js', import.meta.url);

/**
 * Reads bodies in a thread of its own, so that neither the reading nor the garbage that it makes holds up the event loop. The thread starts with the first body. When it dies, the bodies that it
 * had are answered with 503, and the next body starts another one.
 */
export class BulkThread extends BulkReader implements OnApplicationShutdown {
  private thread: ReaderThread | undefined;

  /** @param file what the thread runs; as it is compiled */
  constructor(
    private readonly log: Log,
    private readonly file: URL = WORKER,
  ) {
    super();
  }

  override async read(body: BulkBody): Promise<ReadBulk> {
    this.thread ??= new ReaderThread(this.file, (error) => {
      this.thread = undefined;
      this.log.error('The thread that reads log lines ended: the next body starts it again', { error });
    });
    try {
      return await this.thread.read(body);
    } catch (error) {
      this.log.error('A bulk body could not be read', { error });
      throw new ProblemError('UNAVAILABLE', 'The body could not be read now: nothing of it is stored, send it again.', {
        cause: error,
        retryAfterSeconds: 1,
      });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread?.end();
  }
}
