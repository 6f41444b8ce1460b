import { openPgliteRecords } from '../support/records.js';
import { describeRecords } from './records-suites.js';

describeRecords('PGlite', openPgliteRecords);
