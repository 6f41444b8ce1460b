import { Database } from '../../src/adapters/postgres/database.js';
import { describeRunRecords } from './run-records.contract.js';

describeRunRecords('PGlite', () => Database.openEmbedded());
