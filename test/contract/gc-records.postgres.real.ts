import { openPostgresRecords } from '../support/records.js';
import { describeGcRecords } from './gc-records.js';

describeGcRecords('PostgreSQL', openPostgresRecords);
