import { openPostgresRecords } from '../support/records.js';
import { describeRecords } from './records-suites.js';

describeRecords('PostgreSQL', openPostgresRecords);
