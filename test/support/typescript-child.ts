import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of the project's TypeScript whose lines a test reads. */
export interface TypescriptChild {
  readonly pid: number;
  /** Lines that the process has written to its standard output so far. */
  readonly lines: readonly string[];
  /** Resolves with the first line that `matches`, written already or to come; rejects when the process ends without one. */
  waitForLine(matches: (line: string) => boolean): Promise<string>;
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<void>;
}

/** Starts a TypeScript file as a process of its own, without a build. @param file relative to `test/support/`. */
export function startTypescriptChild(file: string, ...parameters: string[]): TypescriptChild {
  const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const flags = ['--experimental-transform-types', '--no-warnings', '--import', path('./typescript-hooks.ts')];
  const child = spawn(process.execPath, [...flags, path(file), ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(reader, 'close');
  return {
    pid: child.pid ?? 0,
    lines,
    waitForLine: async (matches) => {
      for (;;) {
        const line = lines.find(matches);
        if (line !== undefined) return line;
        await Promise.race([
          once(reader, 'line'),
          ended.then(() => Promise.reject(new Error(`The process ended: ${errors}`))),
        ]);
      }
    },
    kill: () => kill(child),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
