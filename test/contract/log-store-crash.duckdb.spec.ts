import { describe } from '@jest/globals';
import { logCrashSuite } from './log-store-crash.contract.js';

describe('DuckdbLogStore whose process is killed', () => {
  logCrashSuite(1);
});
