import { openPostgresRecords } from '../support/records.js';
import { describeReleaseRecords } from './release-records.contract.js';

describeReleaseRecords('PostgreSQL', openPostgresRecords);
