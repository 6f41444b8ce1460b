import { describe } from '@jest/globals';
import { damageSuite } from './metric-store-damage.contract.js';

/** Needs no engine, but more time than the usual run should take. */
describe('DuckdbMetricStore on files that are damaged in many places', () => {
  damageSuite({ logTruncations: 50, logFlips: 50, databaseFlips: 60, segmentFlips: 20 });
});
