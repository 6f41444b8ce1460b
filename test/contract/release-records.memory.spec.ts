import { MemoryReleaseRecords } from '../support/memory-release-records.js';
import { describeReleaseRecords } from './release-records.contract.js';

describeReleaseRecords('memory', async () => ({ records: new MemoryReleaseRecords(), close: async () => undefined }));
