import { describe } from '@jest/globals';
import { damageSuite } from './metric-store-damage.contract.js';

describe('DuckdbMetricStore on damaged files', () => {
  damageSuite({ logTruncations: 2, logFlips: 3, databaseFlips: 4, segmentFlips: 1 });
});
