import { Worker } from 'bullmq';

/**
 * A worker whose closing can be given up. BullMQ's own waits until the datastore has been told, which takes as long as Redis is away; and `BullModule` waits
 * for it when the application closes.
 */
export class LeavableWorker extends Worker {
  readonly #left = Promise.withResolvers<void>();

  override async close(force?: boolean): Promise<void> {
    await Promise.race([super.close(force), this.#left.promise]);
  }

  /**
   * Ends every wait for `close`, and the connections and timers of a worker that is not closed by then. What could not be handed back is
   * taken by another worker when its lock has run out.
   */
  leave(): void {
    this.#left.resolve();
    if (this.closed) return;
    Promise.all([this.lockManager.close(), this.disconnect()]).catch((error: unknown) =>
      this.emit('error', error as Error),
    );
  }
}
