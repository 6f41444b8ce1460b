import { PodLogError, PodLogs, type PodLogFailure, type PodLogRequest } from '../../src/logs/collect/pod-log.port.js';

/** A line of a container's file: its stamp, ns since the epoch, and its text. */
export interface FileLine {
  readonly timeNs: bigint;
  readonly text: string;
}

interface OpenStream {
  readonly push: (lines: readonly FileLine[]) => void;
  readonly end: (error?: Error) => void;
}

/** One container's logs as a test writes them: a file for each life, served as the API does it. */
export class ScriptedPodLogs extends PodLogs {
  readonly requests: PodLogRequest[] = [];
  /** What the next requests get instead of a log. */
  readonly failures: PodLogFailure[] = [];
  /** What the kubelet says in place of a log, with status 200. */
  word: (request: PodLogRequest) => string | undefined = () => undefined;
  private current: FileLine[] = [];
  private previous: FileLine[] | undefined;
  private readonly streams = new Set<OpenStream>();

  /** The container writes. */
  write(...lines: readonly FileLine[]): void {
    this.current.push(...lines);
    for (const stream of this.streams) stream.push(lines);
  }

  /** The kubelet rotates: what was written so far is served no more. */
  rotate(): void {
    this.current = [];
  }

  /** The container ends, and begins anew when it writes again. */
  restart(): void {
    this.previous = this.current;
    this.current = [];
    this.endStreams();
  }

  /** Every stream ends, or breaks. */
  endStreams(error?: Error): void {
    for (const stream of this.streams) stream.end(error);
  }

  get openStreams(): number {
    return this.streams.size;
  }

  override open(request: PodLogRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    this.requests.push(request);
    const failure = this.failures.shift();
    if (failure) return Promise.reject(new PodLogError(failure, failure));
    const word = this.word(request);
    if (word !== undefined) return Promise.resolve(only(Buffer.from(word)));
    const file = request.isPrevious ? this.previous : this.current;
    if (!file) return Promise.reject(new PodLogError('gone', 'previous terminated container not found'));
    const sinceNs = BigInt(request.sinceSeconds ?? 0) * 1_000_000_000n;
    const first = file.filter(({ timeNs }) => timeNs >= sinceNs);
    return Promise.resolve(request.follow ? this.followed(first, signal) : only(bytesOf(first)));
  }

  private followed(first: readonly FileLine[], signal: AbortSignal): AsyncIterable<Buffer> {
    const waiting: FileLine[] = [...first];
    let end: { readonly error?: Error } | undefined;
    let wake = Promise.withResolvers<void>();
    const stream: OpenStream = {
      push: (lines) => {
        waiting.push(...lines);
        wake.resolve();
      },
      end: (error) => {
        end = error ? { error } : {};
        wake.resolve();
      },
    };
    this.streams.add(stream);
    signal.addEventListener('abort', () => wake.resolve(), { once: true });
    const { streams } = this;
    return (async function* () {
      try {
        for (;;) {
          signal.throwIfAborted();
          if (waiting.length > 0) yield bytesOf(waiting.splice(0));
          else if (end?.error) throw end.error;
          else if (end) return;
          else {
            wake = Promise.withResolvers();
            await wake.promise;
          }
        }
      } finally {
        streams.delete(stream);
      }
    })();
  }
}

async function* only(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}

function bytesOf(lines: readonly FileLine[]): Buffer {
  return Buffer.from(lines.map(({ timeNs, text }) => `${stampOf(timeNs)} ${text}\n`).join(''));
}

function stampOf(timeNs: bigint): string {
  const seconds = new Date(Number(timeNs / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(timeNs % 1_000_000_000n).padStart(9, '0')}Z`;
}
