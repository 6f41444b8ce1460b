import type { Log } from '../platform/log.js';

/**
 * Ends the process on SIGTERM and SIGINT, and when the program that started it with a channel has gone. A second signal ends it at once; so does
 * the limit, should `stop` hang.
 */
export function stopOnSignal(stop: () => Promise<void>, limitMs: number, log: Log): void {
  let isStopping = false;
  const begin = (reason: string): void => {
    if (isStopping) {
      log.warn('Ending at once', { reason });
      process.exit(130);
    }
    isStopping = true;
    log.info('Stopping', { reason });
    setTimeout(() => {
      log.error('Stopping took too long; what still ran will be run again', { limitMs });
      process.exit(1);
    }, limitMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('Stopping failed', { error });
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => begin(signal));
  if (process.channel) process.on('disconnect', () => begin('the program that started this one has ended'));
}
