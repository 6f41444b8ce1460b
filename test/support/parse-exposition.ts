import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A family as another program than ours reads it. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    /** Seconds since the epoch. */
    readonly at: number | null;
  }[];
}

/** Reads an exposition with the parsers of Prometheus' Python client. @throws Error with its complaint */
export function parseExposition(text: string, format: 'openmetrics' | 'prometheus'): ParsedFamily[] {
  const script = fileURLToPath(new URL('./parse-exposition.py', import.meta.url));
  return JSON.parse(run('/usr/bin/python3', [script, format], text)) as ParsedFamily[];
}

/** What `promtool check metrics` finds wrong with a text of Prometheus' format; `''` for nothing. */
export function lintExposition(text: string): string {
  const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (error) throw error;
  return stdout + stderr;
}

function run(program: string, args: readonly string[], input: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw error ?? new Error(stderr);
  return stdout;
}
