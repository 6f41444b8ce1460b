import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Reading {
  readonly atMs: number;
  readonly cpuMs: number;
}

const PAUSE_MS = 250;

/** Reads the CPU counter of a pod's control group again and again: what the kernel itself counts (cgroup v1 and v2). */
export class CgroupCpu implements Disposable {
  private readonly readings: Reading[] = [];
  private readonly timer: NodeJS.Timeout;

  /** @param folders where a node's `kubepods` group stands */
  constructor(folders: readonly string[], podUid: string) {
    const read = counterOf(folders, podUid);
    const note = (): void => void this.readings.push({ atMs: Date.now(), cpuMs: read() });
    note();
    this.timer = setInterval(note, PAUSE_MS);
  }

  /** CPU milliseconds used up to this instant; between two readings on the line between them. */
  at(atMs: number): number {
    const next = this.readings.findIndex((reading) => reading.atMs >= atMs);
    const [before, after] = [this.readings[next - 1], this.readings[next]];
    if (!before || !after) throw new Error(`${new Date(atMs).toISOString()} is outside of what was read`);
    const part = (atMs - before.atMs) / (after.atMs - before.atMs);
    return before.cpuMs + part * (after.cpuMs - before.cpuMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }
}

function counterOf(folders: readonly string[], podUid: string): () => number {
  const names = [`pod${podUid}`, `pod${podUid.replaceAll('-', '_')}.slice`];
  for (const folder of folders) {
    const group = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) =>
      names.some((name) => path === name || path.endsWith(`/${name}`) || path.endsWith(`-${name}`)),
    );
    if (group === undefined) continue;
    const files = readdirSync(join(folder, group));
    if (files.includes('cpuacct.usage'))
      return () => Number(readFileSync(join(folder, group, 'cpuacct.usage'), 'utf8')) / 1e6;
    return () => Number(/^usage_usec (\d+)$/m.exec(readFileSync(join(folder, group, 'cpu.stat'), 'utf8'))?.[1]) / 1e3;
  }
  throw new Error(`No control group of pod ${podUid} in ${folders.join(', ')}`);
}
