// Reads Jest's results (files named as arguments): says again what failed, the last and so the easiest to find, then `N passed, N failed`.
// Exits with 1 when something failed or nothing passed. FAILED_STEPS names the steps that failed; one without a failed test (lint, types, an engine) counts as one.
import { existsSync, readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Lines of a failure that are shown again: what was expected, what came, and where. */
const LINES_SHOWN = 25;

/** @param {string} name @param {string} message */
function sayAgain(name, message) {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, LINES_SHOWN);
  console.log(`\nFAILED: ${name}\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

let passed = 0;
let failed = 0;
for (const file of process.argv.slice(2)) {
  if (!existsSync(file)) {
    failed += 1;
    sayAgain(basename(file, '.json'), 'Jest left no results: its own output above says why.');
    continue;
  }
  const run = JSON.parse(readFileSync(file, 'utf8'));
  passed += run.numPassedTests;
  failed += run.numFailedTests + run.numRuntimeErrorTestSuites;
  for (const suite of run.testResults) {
    const name = relative(process.cwd(), suite.name);
    const tests = suite.assertionResults.filter(({ status }) => status === 'failed');
    for (const test of tests) sayAgain(`${name} › ${test.fullName}`, test.failureMessages.join('\n'));
    if (suite.status === 'failed' && tests.length === 0) sayAgain(name, suite.message);
  }
}
const steps = process.env.FAILED_STEPS ?? '';
if (steps !== '') console.log(`\nFAILED steps: ${steps}`);
if (steps !== '' && failed === 0) failed = 1;
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
