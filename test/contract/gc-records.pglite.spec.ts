import { openPgliteRecords } from '../support/records.js';
import { describeGcRecords } from './gc-records.js';

describeGcRecords('PGlite', openPgliteRecords);
