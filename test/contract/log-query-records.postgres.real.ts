import { openPostgresRecords } from '../support/records.js';
import { describeLogQueryRecords } from './log-query-records.contract.js';

describeLogQueryRecords('PostgreSQL', openPostgresRecords);
