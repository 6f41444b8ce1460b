import { describe } from '@jest/globals';
import { crashSuite } from './metric-store-crash.contract.js';

describe('DuckdbMetricStore whose process is killed', () => {
  crashSuite(2);
});
