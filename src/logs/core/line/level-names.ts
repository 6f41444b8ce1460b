import type { LogLevel } from '../log-level.js';

/** What programs call their levels (log4j, java.util.logging, logrus, zerolog, glog, syslog, Python, npm), in lower case. */
const NAMES: Readonly<Record<LogLevel, readonly string[]>> = {
  trace: ['trace', 'trac', 'trc', 'verbose', 'finest', 'finer', 'silly'],
  debug: ['debug', 'debu', 'dbg', 'fine', 'd'],
  info: ['info', 'inf', 'information', 'informational', 'notice', 'log', 'i'],
  warn: ['warn', 'warning', 'wrn', 'w'],
  error: ['error', 'err', 'erro', 'eror', 'severe', 'e'],
  fatal: [
    'fatal',
    'fata',
    'ftl',
    'f',
    'critical',
    'crit',
    'panic',
    'pani',
    'pnc',
    'dpanic',
    'alert',
    'emerg',
    'emergency',
  ],
};

const LEVELS: ReadonlyMap<string, LogLevel> = new Map(
  Object.entries(NAMES).flatMap(([level, names]) => names.map((name) => [name, level as LogLevel] as const)),
);
const LONGEST_NAME = 16;

/** RFC 5424, table 2. */
const SYSLOG: readonly LogLevel[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'];
/** Pino and Bunyan: 10, 20, ... 60. */
const TENS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** The level of a word or a single letter, whatever its case. */
export function levelNamed(name: string): LogLevel | undefined {
  return name.length > LONGEST_NAME ? undefined : LEVELS.get(name.toLowerCase());
}

/** The level of what a level field holds: a name, syslog's severity (0 to 7) or Pino's number (10 to 69). */
export function levelOfValue(value: unknown): LogLevel | undefined {
  if (typeof value === 'string')
    return levelNamed(value) ?? (/^\d{1,2}$/.test(value) ? levelOfNumber(Number(value)) : undefined);
  return typeof value === 'number' ? levelOfNumber(value) : undefined;
}

function levelOfNumber(number: number): LogLevel | undefined {
  return number < 10 ? SYSLOG[number] : TENS[Math.floor(number / 10) - 1];
}
