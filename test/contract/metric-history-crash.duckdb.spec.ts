import { describe, it } from '@jest/globals';
import { killInMaintenance } from './metric-history-crash.js';

describe('DuckdbMetricStore whose process is killed in a roll-up, while it sorts hours or closes days', () => {
  it('has lost nothing and counts nothing twice', async () => {
    await killInMaintenance(1, 'rolling');
    await killInMaintenance(1, 'sorting');
    await killInMaintenance(1, 'closing');
  });
});
