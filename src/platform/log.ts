import { pino, type Logger } from 'pino';
import { pretty } from './log-pretty.js';
import { censor } from './redact.js';

export interface LogOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'pretty';
  /** Values that must never be printed, wherever they stand. */
  readonly secrets: readonly string[];
}

/** Facts that go with a message; a static message and its data in fields can be searched, a sentence made of both cannot. */
export type Fields = Readonly<Record<string, unknown>>;

/** The program's own log: one JSON object a line, or a readable line on a terminal. Secrets are censored by key and by value. */
export class Log {
  private constructor(private readonly logger: Logger) {}

  static create(options: LogOptions): Log {
    const destination = options.format === 'pretty' ? pretty() : pino.destination(1);
    return new Log(
      pino(
        {
          level: options.level,
          base: null,
          timestamp: pino.stdTimeFunctions.isoTime,
          messageKey: 'message',
          formatters: {
            level: (label) => ({ level: label }),
            log: (fields) => censor(fields, options.secrets),
          },
        },
        destination,
      ),
    );
  }

  /** A log that writes nothing, for tests. */
  static silent(): Log {
    return new Log(pino({ level: 'silent' }));
  }

  /** The same log with fields that every line carries, such as `{ part: 'kubelet' }`. */
  child(fields: Fields): Log {
    return new Log(this.logger.child(fields));
  }

  debug(message: string, fields: Fields = {}): void {
    this.logger.debug(fields, message);
  }

  info(message: string, fields: Fields = {}): void {
    this.logger.info(fields, message);
  }

  warn(message: string, fields: Fields = {}): void {
    this.logger.warn(fields, message);
  }

  error(message: string, fields: Fields = {}): void {
    this.logger.error(fields, message);
  }
}
