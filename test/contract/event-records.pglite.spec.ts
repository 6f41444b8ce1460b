import { openPgliteRecords } from '../support/records.js';
import { describeEventRecords } from './event-records.js';

describeEventRecords('PGlite', openPgliteRecords);
