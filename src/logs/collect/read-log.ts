import { setTimeout as sleep } from 'node:timers/promises';
import { visibleText } from '../core/line/visible-text.js';
import { MESSAGE_BYTES } from '../core/log-record.js';
import { showText } from '../core/query/show-text.js';
import { LineResumer, type Resumed } from './core/line-resumer.js';
import type { LogPosition } from './core/log-position.js';
import { readStampedLine } from './core/read-stamped-line.js';
import { LineSplitter, type SplitLine } from './core/split-lines.js';
import { PodLogError } from './pod-log.port.js';

export interface ReadLogOptions {
  /** The last line that is stored; absent: all are new. */
  readonly from: LogPosition | undefined;
  /** The log's end is the life's: a last line without a newline is whole. */
  readonly isOver: boolean;
  /** Without a line for so long the checkpoint's line is awaited no more. */
  readonly idleMs: number;
  /** Told of what the kubelet says in place of lines. */
  readonly onUnstamped: (text: string) => void;
}

/** Of a line with its stamp. */
const MAX_LINE_BYTES = MESSAGE_BYTES + 64;
const UNSTAMPED_BYTES = 200;
const IDLE = Symbol('idle');

/**
 * The new lines of a log, as they come. Nothing is read ahead of who takes them. Who leaves early cuts the stream, by the signal that it was opened with.
 * @throws PodLogError `unreadable` where a log that is over ends in a word of the kubelet's, and what its source throws
 */
export async function* readLog(
  chunks: AsyncIterable<Buffer>,
  { from, isOver, idleMs, onUnstamped }: ReadLogOptions,
): AsyncGenerator<Resumed> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const resumer = new LineResumer(from);
  const resume = (line: SplitLine): Resumed => {
    const stamped = readStampedLine(line);
    if (!stamped) onUnstamped(shown(line));
    return stamped ? resumer.push(stamped) : { lines: [] };
  };
  const iterator = chunks[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const result = resumer.isHolding ? await Promise.race([next, idle(idleMs)]) : await next;
      if (result === IDLE) {
        yield resumer.settle();
        continue;
      }
      if (result.done) break;
      yield together(splitter.push(result.value).map(resume));
      next = iterator.next();
    }
    const rest = isOver ? splitter.rest() : undefined;
    if (rest && !readStampedLine(rest)) throw unreadable(rest);
    yield together([...(rest ? [resume(rest)] : []), isOver ? resumer.end() : resumer.settle()]);
  } finally {
    next.catch(() => undefined); // nobody awaits it any more: its stream is cut
  }
}

async function idle(afterMs: number): Promise<typeof IDLE> {
  return sleep(afterMs, IDLE, { ref: false });
}

function together(parts: readonly Resumed[]): Resumed {
  const gap = parts.find((part) => part.gap)?.gap;
  return { lines: parts.flatMap(({ lines }) => lines), ...(gap ? { gap } : {}) };
}

/**
 * A kubelet that cannot read a log has answered with 200 already, and writes why into the body, without a newline: `unable to retrieve container logs for
 * containerd://...`, when the container was removed or the runtime is away (Kubernetes 1.34, pkg/kubelet, GetKubeletContainerLogs and GetContainerLogs).
 */
function unreadable(line: SplitLine): PodLogError {
  return new PodLogError('unreadable', shown(line));
}

/** Its beginning, as the records can keep it: bytes that a program wrote may be anything. */
function shown({ bytes }: SplitLine): string {
  return showText(visibleText(bytes.subarray(0, UNSTAMPED_BYTES)));
}
