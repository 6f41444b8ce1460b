import { JOIN_HOLD_MS, LineJoiner, type JoinedLine } from '../core/join/line-joiner.js';
import type { LogRecord } from '../core/log-record.js';
import { readLine } from '../core/read-line.js';
import type { PlacedLine } from './core/line-resumer.js';
import type { LogCheckpoint } from './core/log-position.js';
import type { ContainerKey } from './followed-container.js';
import type { BufferedLine } from './line-buffer.js';

/** What is known of a line besides what it says. */
export interface PodFacts {
  readonly node?: string;
  /** `Kind/name`. */
  readonly workload?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A record to store, and how far its container's log is stored once it is; without a record: only that. */
export interface MadeRecord {
  readonly record?: LogRecord;
  readonly checkpoint: LogCheckpoint;
  readonly lines: number;
  readonly bytes: number;
}

interface Mark {
  readonly checkpoint: LogCheckpoint;
  readonly bytes: number;
}

/**
 * Makes records of the lines of one container: reads each, joins stack traces, and gives each record an id of its own that is the same whenever the same lines are
 * read again, so that the store knows it. The id names the pod's uid, not the container's: should the cluster's word of a restart come after the new life's first
 * lines, they are read twice under two container ids, and are still known. It counts the joined lines, so that a trace that is joined otherwise the next time is
 * stored again rather than lost.
 */
export class RecordMaker {
  private readonly joiner = new LineJoiner<Mark>();

  constructor(
    private readonly key: ContainerKey,
    private readonly facts: () => PodFacts,
  ) {}

  /** @returns what is complete now, in order */
  push({ life, line }: BufferedLine, nowMs: number): MadeRecord[] {
    if (!line) {
      const end = { checkpoint: { ...life, isEnded: true }, lines: 0, bytes: 0 };
      return [...this.flush(), end];
    }
    const position = { timeNs: line.timeNs, sequence: line.sequence };
    const mark = { checkpoint: { ...life, position, isEnded: false }, bytes: line.text.length };
    const record = readLine(
      { text: line.text, timeNs: line.timeNs, ...(line.cutBytes > 0 ? { cutBytes: line.cutBytes } : {}) },
      {
        ...this.key,
        ...this.facts(),
        containerId: life.containerId,
        restart: life.restart,
        observedNs: BigInt(nowMs) * 1_000_000n,
        sequence: line.sequence,
        source: 'kubernetes',
      },
    );
    return this.joiner.push(record, mark, nowMs).map((joined) => this.made(joined));
  }

  /** What has waited long enough for lines that would belong to it. */
  flushHeld(nowMs: number): MadeRecord[] {
    const held = this.joiner.holding();
    return held && nowMs - held.sinceMs >= JOIN_HOLD_MS ? this.flush() : [];
  }

  /** When the oldest line that waits for others was pushed, ms since the epoch. */
  get heldSinceMs(): number | undefined {
    return this.joiner.holding()?.sinceMs;
  }

  private flush(): MadeRecord[] {
    return this.joiner.flush().map((joined) => this.made(joined));
  }

  private made({ record, marks }: JoinedLine<Mark>): MadeRecord {
    const last = marks.at(-1);
    if (!last) throw new Error('A record was made of no line');
    return {
      record: { ...record, documentId: documentIdOf(this.key, record, marks.length) },
      checkpoint: last.checkpoint,
      lines: marks.length,
      bytes: marks.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}

function documentIdOf(
  { podUid, container }: ContainerKey,
  { timeNs, sequence }: Pick<PlacedLine, 'timeNs' | 'sequence'>,
  lines: number,
): string {
  const place = `${podUid}/${container}/${timeNs}.${sequence}`;
  return lines === 1 ? place : `${place}+${lines}`;
}
