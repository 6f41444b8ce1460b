import type { LoggerService } from '@nestjs/common';
import { Log } from './log.js';

/** Nest's own messages through our log; its chatter at start is debug. */
export class NestLog implements LoggerService {
  private readonly sink: Log;

  constructor(log: Log) {
    this.sink = log.child({ part: 'nest' });
  }

  log(message: unknown): void {
    this.sink.debug(String(message));
  }

  error(message: unknown, stack?: unknown): void {
    this.sink.error('Nest reports an error', { error: message instanceof Error ? message : String(message), stack });
  }

  warn(message: unknown): void {
    this.sink.warn(String(message));
  }
}
