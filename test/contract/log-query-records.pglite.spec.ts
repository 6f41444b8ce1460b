import { openPgliteRecords } from '../support/records.js';
import { describeLogQueryRecords } from './log-query-records.contract.js';

describeLogQueryRecords('PGlite', openPgliteRecords);
