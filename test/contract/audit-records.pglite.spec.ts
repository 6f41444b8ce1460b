import { openPgliteRecords } from '../support/records.js';
import { tokenEngineOn } from '../support/token-engine.js';
import { describeAuditRecords } from './audit-records.contract.js';

describeAuditRecords('PGlite', () => tokenEngineOn(openPgliteRecords()));
