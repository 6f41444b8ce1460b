import { hash, randomBytes } from 'node:crypto';
import type { LogRecord } from '../../logs/core/log-record.js';

/**
 * What orders lines of one nanosecond: a text of the line's origin, its sequence, and a part that no other line has. With the time before it, it is a total order
 * of all lines that never changes, so that a page goes on where the last one ended without a point in time being held open in the server.
 */
export class LineOrder {
  private readonly process = randomBytes(6).toString('base64url');
  private count = 0;

  next(record: LogRecord): string {
    const sequence = record.sequence.toString(16).padStart(14, '0');
    this.count += 1;
    return `${originOf(record)}${sequence}${Date.now().toString(36)}${this.process}${this.count.toString(36)}`;
  }
}

/** A text of the same length for every container, or unit of a node. */
function originOf({ containerId, namespace, pod, container, node, unit }: LogRecord): string {
  const origin = containerId ?? JSON.stringify(pod === undefined ? [node, unit] : [namespace, pod, container]);
  return hash('sha256', origin, 'base64url').slice(0, 10);
}
