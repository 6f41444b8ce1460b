import { openPostgresRecords } from '../support/records.js';
import { describeEventRecords } from './event-records.js';

describeEventRecords('PostgreSQL', openPostgresRecords);
