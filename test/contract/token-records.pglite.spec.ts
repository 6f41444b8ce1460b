import { openPgliteRecords } from '../support/records.js';
import { tokenEngineOn } from '../support/token-engine.js';
import { describeTokenRecords } from './token-records.contract.js';

describeTokenRecords('PGlite', () => tokenEngineOn(openPgliteRecords()));
