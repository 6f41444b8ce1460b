import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const STOP_LIMIT_MS = 15_000;

/** One program of the demo. It stands in a process group of its own, so that a Ctrl-C reaches it once, from us, and not twice. */
export class Child {
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;

  constructor(
    readonly name: string,
    script: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    stdout: 'inherit' | 'pipe',
  ) {
    this.process = spawn(process.execPath, [...process.execArgv, script, ...args], {
      env,
      detached: true,
      stdio: ['ignore', stdout, 'inherit', 'ipc'],
    });
    this.exited = once(this.process, 'exit');
  }

  /** The first line that it prints. Fails when it ends before. */
  async firstLine(): Promise<string> {
    let text = '';
    for await (const chunk of this.process.stdout ?? []) {
      text += String(chunk);
      const end = text.indexOf('\n');
      if (end >= 0) return text.slice(0, end);
    }
    throw new Error(`${this.name} ended before it was ready`);
  }

  hasExited(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Resolves when it has ended. */
  async ended(): Promise<void> {
    if (!this.hasExited()) await this.exited;
  }

  /** Asks it to end, and ends it when it does not. */
  async stop(): Promise<void> {
    if (this.hasExited()) return;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.ended();
    clearTimeout(timer);
  }
}
