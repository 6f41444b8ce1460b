import { openPgliteRecords } from '../support/records.js';
import { describeReleaseRecords } from './release-records.contract.js';

describeReleaseRecords('PGlite', openPgliteRecords);
