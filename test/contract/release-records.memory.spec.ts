import { MemoryReleaseRecords } from '../support/memory-release-records.js';
import { describeReleaseRecords, KEPT_REVISIONS } from './release-records.contract.js';

describeReleaseRecords('memory', async () => ({
  records: new MemoryReleaseRecords(KEPT_REVISIONS),
  close: async () => undefined,
}));
