import { describe, it } from '@jest/globals';
import { killInMaintenance } from './metric-history-crash.js';

const KILLS = 30;

describe('DuckdbMetricStore whose process is killed thirty times', () => {
  it('has lost nothing and counts nothing twice after kills in roll-ups', async () => {
    await killInMaintenance(KILLS, 'rolling');
  });

  it('has lost nothing and counts nothing twice after kills while hours are sorted', async () => {
    await killInMaintenance(KILLS, 'sorting');
  });

  it('has lost nothing and counts nothing twice after kills while days are closed', async () => {
    await killInMaintenance(KILLS, 'closing');
  });
});
