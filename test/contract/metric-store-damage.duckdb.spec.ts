import { describe } from '@jest/globals';
import { damageSuite } from './metric-store-damage.contract.js';

/** Each kind of damage somewhere; each in every place is `metric-store-damage.duckdb.real.ts`. */
describe('DuckdbMetricStore on damaged files', () => {
  damageSuite({
    logTruncations: 1,
    logFlips: 1,
    databaseFlips: 1,
    segmentFlips: 1,
    database: ['truncate', 'remove'],
    segment: ['remove', 'garbage'],
    openSegment: ['empty'],
    copy: ['garbage'],
  });
});
