import { readFileSync } from 'node:fs';
import { GC_CASES } from './gc.js';
import { runCases } from './run-cases.js';

const KINDS = { gc: GC_CASES };
const USAGE = `npm run vectors -- ${Object.keys(KINDS).join('|')} FILE

Runs every case of a file of golden cases: one line for each that differs, then \`N passed, N failed\`.`;

const [kind, file] = process.argv.slice(2);
if (kind === undefined || !Object.hasOwn(KINDS, kind) || file === undefined) {
  console.error(USAGE);
  process.exit(2);
}
const { passed, failures } = runCases(KINDS[kind as keyof typeof KINDS], JSON.parse(readFileSync(file, 'utf8')));
for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 && passed > 0 ? 0 : 1);
