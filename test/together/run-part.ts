import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from '@jest/globals';

const HERE = import.meta.dirname;
const MEDIUM = join(HERE, '..', 'medium');

const sorted = (folder: string, ending: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort();

/**
 * Runs one part of the specs of test/medium, each in a `describe` of its own that holds its hooks. Jest loads every module anew for each file that it runs, which
 * for these (whole applications of Nest) costs more than most of the tests: here a part loads them once. All `*.part.ts` together run every spec, each once.
 * A spec that awaits at its top level cannot be loaded so: it does not belong there.
 * @param url of the `*.part.ts` that calls
 */
export function runPart(url: string): void {
  const parts = sorted(HERE, '.part.ts');
  const specs = sorted(MEDIUM, '.spec.ts');
  const part = parts.indexOf(basename(fileURLToPath(url)));
  const startOf = (index: number): number => Math.floor((index * specs.length) / parts.length);
  const load = createRequire(url);
  for (const spec of specs.slice(startOf(part), startOf(part + 1)))
    describe(`test/medium/${spec}`, () => {
      load(join(MEDIUM, spec));
    });
}
