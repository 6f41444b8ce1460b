import { openPostgresRecords } from '../support/records.js';
import { tokenEngineOn } from '../support/token-engine.js';
import { describeTokenRecords } from './token-records.contract.js';

describeTokenRecords('PostgreSQL', () => tokenEngineOn(openPostgresRecords()));
