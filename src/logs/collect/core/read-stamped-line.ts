import { parseTimeNs } from '../../core/parse-time-ns.js';
import type { SplitLine } from './split-lines.js';

/** A line as `timestamps=true` gives it. */
export interface StampedLine {
  /** The runtime's stamp, nanoseconds since the epoch. */
  readonly timeNs: bigint;
  readonly text: Buffer;
  readonly cutBytes: number;
}

const BLANK = 0x20;
/** `2026-01-05T09:30:00.123456789+00:00` and some room. */
const MAX_STAMP_BYTES = 40;

/**
 * Takes `<RFC 3339> <text>` apart. Undefined for a line without a stamp, which is none of the container's: the end of a line that began before
 * `sinceTime`, or a word of the kubelet's own, such as `failed to create fsnotify watcher: too many open files` (Kubernetes 1.34, cri-client
 * pkg/logs/logs.go: each whole line has a stamp, once).
 */
export function readStampedLine({ bytes, cutBytes }: SplitLine): StampedLine | undefined {
  const end = bytes.indexOf(BLANK);
  const stampEnd = end < 0 ? bytes.length : end;
  if (stampEnd > MAX_STAMP_BYTES) return undefined;
  const timeNs = parseTimeNs(bytes.toString('latin1', 0, stampEnd));
  return timeNs === undefined ? undefined : { timeNs, text: bytes.subarray(stampEnd + 1), cutBytes };
}
