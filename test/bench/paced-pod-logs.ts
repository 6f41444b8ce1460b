import { setTimeout as pause } from 'node:timers/promises';
import { PodLogs, type PodLogRequest } from '../../src/logs/collect/pod-log.port.js';

const STEP_MS = 50;
/** At once, where there is no pace. */
const FREE_LINES = 500;

/** Logs of containers that write so many lines a second each, of about 150 bytes; without end. */
export class PacedPodLogs extends PodLogs {
  /** @param linesPerSecond of one container; infinite: as fast as they are read */
  constructor(private readonly linesPerSecond: number) {
    super();
  }

  override open(request: PodLogRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    return Promise.resolve(this.lines(request, signal));
  }

  private async *lines({ pod }: PodLogRequest, signal: AbortSignal): AsyncGenerator<Buffer> {
    const isFree = this.linesPerSecond === Number.POSITIVE_INFINITY;
    const startedMs = performance.now();
    let written = 0;
    while (!signal.aborted) {
      const due = isFree
        ? FREE_LINES
        : Math.floor(((performance.now() - startedMs) / 1000) * this.linesPerSecond) - written;
      if (due > 0) yield linesOf(pod, written, due);
      written += due;
      await pause(isFree ? 0 : STEP_MS);
    }
  }
}

function linesOf(pod: string, first: number, count: number): Buffer {
  const stamp = new Date().toISOString().slice(0, -1);
  let text = '';
  for (let index = first; index < first + count; index += 1) {
    const nanos = String(index % 1_000_000).padStart(6, '0');
    text += `${stamp}${nanos}Z level=info ts=${stamp}Z caller=server.go:118 msg="request served" pod=${pod} path=/api/v1/orders status=200 n=${index} took=12ms\n`;
  }
  return Buffer.from(text);
}
