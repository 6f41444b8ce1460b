import type { LogLevel } from '../log-level.js';
import { levelNamed } from './level-names.js';

/**
 * The level that a line without structure says: of klog's head, of a name in brackets, of a name in capitals or before a colon. The first one in the line's
 * beginning counts, since what follows is the message, which may speak of any level.
 */
export function detectLevel(text: string): LogLevel | undefined {
  const head = headOf(text);
  const klog = KLOG.exec(head)?.[1];
  if (klog !== undefined) return levelNamed(klog);
  const name = NAMED.exec(head)
    ?.slice(1)
    .find((part) => part !== undefined);
  if (name !== undefined) return levelNamed(name);
  return FAULTS.find(([pattern]) => pattern.test(head))?.[1];
}

const HEAD_CHARACTERS = 192;
const COLOURS = /\p{Cc}\[[\d;]*m/gu;

/** The beginning of the line, without terminal colours. */
function headOf(text: string): string {
  const head = text.slice(0, HEAD_CHARACTERS);
  return head.includes('\u001B') ? head.replace(COLOURS, '') : head;
}

/** `E0102 15:04:05.678901 1 main.go:12] ...` (k8s.io/klog, after glog). */
const KLOG = /^([DIWEF])\d{4} \d\d:\d\d:\d\d\.\d/;

const WORDS =
  'trace|debug|info|information|notice|warn|warning|error|err|severe|fatal|critical|crit|panic|alert|emerg|emergency';
const CAPITALS =
  'TRACE|TRAC|TRC|FINEST|FINER|FINE|DEBUG|DEBU|DBG|INFO|INF|NOTICE|WARNING|WARN|WRN|ERROR|ERRO|ERR|SEVERE|FATAL|FATA|FTL|CRITICAL|CRIT|DPANIC|PANIC|PANI|PNC|ALERT|EMERG|EMERGENCY|LOG(?=: )';
const anyCase = WORDS.replaceAll(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
const NAMED = new RegExp(
  `\\b(${CAPITALS})\\b|[[<(|\\t](${anyCase})[\\]>)|\\t:]|\\[([TDIWEF])[\\] ]|(?<![\\w/.-])(${anyCase}): `,
);

/** Lines that tell of a fault without naming a level: what runtimes print when a program dies of it. */
const FAULTS: readonly (readonly [RegExp, LogLevel])[] = [
  [/^(?:panic|fatal error): /, 'fatal'],
  [/^(?:Traceback \(most recent call last\):|Exception in thread |Unhandled |Uncaught )/, 'error'],
  [/^[\w.$]{1,120}(?:Exception|Error)(?::|$)/, 'error'],
];
