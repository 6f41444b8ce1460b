import type { LogLevel } from './log-level.js';

/** A figure, word or truth of a structured line. */
export type LogFieldValue = string | number | boolean;

/** Where a line came from: the cluster's own log streams, or a shipper's `_bulk`. */
export type LogSource = 'kubernetes' | 'bulk';

/** One line, whatever brought it and wherever it is kept. What is absent is unknown; a node's own log lacks what is about a pod. */
export interface LogRecord {
  /** When the line was written, nanoseconds since the epoch: the runtime's or shipper's stamp. */
  readonly timeNs: bigint;
  /** When Quartermaster took it in, nanoseconds since the epoch. */
  readonly observedNs: bigint;
  readonly stream?: 'stdout' | 'stderr';
  /** The line without its newline; a joined stack trace holds newlines. Bytes that are no UTF-8 stand as `\xNN`. */
  readonly message: string;
  readonly level?: LogLevel;
  /** What a structured line says besides its message: paths joined by dots (`http.status`). */
  readonly fields?: Readonly<Record<string, LogFieldValue>>;
  readonly namespace?: string;
  readonly pod?: string;
  readonly podUid?: string;
  readonly container?: string;
  /** The runtime's, without its `containerd://`. */
  readonly containerId?: string;
  /** How often the container had been restarted when it wrote this. */
  readonly restart?: number;
  readonly node?: string;
  /** `Kind/name` of what owns the pod. */
  readonly workload?: string;
  /** The pod's Kubernetes labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a node's own log: the systemd unit, or the file. */
  readonly unit?: string;
  /** Orders lines of one container (or unit) that bear the same time: 0, 1, ... */
  readonly sequence: number;
  readonly source: LogSource;
  /** How many bytes were cut off the end of the message; absent when none. */
  readonly cutBytes?: number;
  /** The shipper's document id: a second record with it within `DOCUMENT_ID_MS` is not stored again. */
  readonly documentId?: string;
}

/** A record with the same document id that comes so much later is stored again, ms. */
export const DOCUMENT_ID_MS = 15 * 60_000;

/** A longer message is cut, bytes of UTF-8. */
export const MESSAGE_BYTES = 256 * 1024;
