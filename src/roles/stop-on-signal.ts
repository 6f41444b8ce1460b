import { Ending } from '../platform/ending.js';
import type { Log } from '../platform/log.js';

const SIGNALS = { SIGTERM: 143, SIGINT: 130 } as const;

/**
 * Ends the process on SIGTERM and SIGINT, and when the program that started it with a channel has gone. A second signal ends it at once.
 *
 * @param stop what is to be done, each step of it within the ending's limit
 * @param limitMs from the signal until the process must have ended
 */
export function stopOnSignal(stop: (ending: Ending) => Promise<void>, limitMs: number, log: Log): void {
  let isStopping = false;
  const begin = (reason: string, signal: keyof typeof SIGNALS = 'SIGTERM'): void => {
    if (isStopping) return endNow(signal, reason, log);
    isStopping = true;
    log.info('Stopping', { reason });
    void end(new Ending(limitMs, log), stop, log);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => begin(signal, signal));
  if (!process.channel) return;
  process.on('disconnect', () => {
    // no second signal, when the program has sent one and then ended
    if (!isStopping) begin('the program that started this one has ended');
  });
}

async function end(ending: Ending, stop: (ending: Ending) => Promise<void>, log: Log): Promise<never> {
  try {
    await stop(ending);
  } catch (error) {
    log.error('Stopping failed', { error });
    process.exit(1);
  }
  const { tookMs, unfinished } = ending;
  if (unfinished.length === 0) log.info('Stopped', { tookMs });
  else log.warn('Stopped before all had ended; the next start finds what is left', { tookMs, unfinished });
  process.exit(ending.hasFailed ? 1 : 0);
}

/** `process.exit` waits for what the engines' threads are at; a signal does not. Process 1 of a container is spared by signals, and exits. */
function endNow(signal: keyof typeof SIGNALS, reason: string, log: Log): void {
  log.warn('Ending at once', { reason });
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  process.exit(SIGNALS[signal]);
}
