import { PinoPretty } from 'pino-pretty';

/** A stream that turns the log's JSON into readable lines for a terminal. */
export function pretty(): NodeJS.WritableStream {
  return PinoPretty({
    messageKey: 'message',
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    colorize: process.stdout.isTTY,
  });
}
