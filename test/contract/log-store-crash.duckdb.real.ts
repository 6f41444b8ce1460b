import { describe } from '@jest/globals';
import { logCrashSuite } from './log-store-crash.contract.js';

/** Needs no engine, but more time than the usual run should take. */
describe('DuckdbLogStore whose process is killed thirty times', () => {
  logCrashSuite(30);
});
