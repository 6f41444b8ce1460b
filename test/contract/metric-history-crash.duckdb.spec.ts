import { describe, it } from '@jest/globals';
import { killInMaintenance } from './metric-history-crash.js';

describe('DuckdbMetricStore whose process is killed in a roll-up or while it closes days', () => {
  it('has lost nothing and counts nothing twice', async () => {
    await killInMaintenance(3, 'rolling');
    await killInMaintenance(2, 'closing');
  }, 180_000);
});
