import { describe } from '@jest/globals';
import type { DamageKind } from '../support/damage.js';
import { damageSuite } from './metric-store-damage.contract.js';

const WHOLE_FILE: readonly DamageKind[] = ['truncate', 'empty', 'remove', 'garbage'];

/** Needs no engine, but more time than the usual run should take. */
describe('DuckdbMetricStore on files that are damaged in many places', () => {
  damageSuite({
    logTruncations: 30,
    logFlips: 30,
    databaseFlips: 30,
    segmentFlips: 12,
    database: WHOLE_FILE,
    segment: WHOLE_FILE,
    openSegment: WHOLE_FILE,
    copy: [...WHOLE_FILE, 'flip'],
  });
});
