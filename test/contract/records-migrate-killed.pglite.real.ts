import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../src/adapters/postgres/database.js';
import { openPgliteRecords } from '../support/records.js';
import { describeRecordsMigrateKilled, schemaOf } from './records-migrate-killed.contract.js';

describeRecordsMigrateKilled(
  'PGlite',
  async () => {
    const parent = await mkdtemp(join(tmpdir(), 'quartermaster-migrations-killed-'));
    const folder = join(parent, 'records');
    return {
      place: folder,
      open: () => Database.openEmbedded({ folder }),
      peaceful: async () => {
        const peace = await openPgliteRecords();
        const schema = await schemaOf(peace.database.pool);
        await peace.close();
        return schema;
      },
      stop: () => rm(parent, { recursive: true }),
    };
  },
  [
    { step: 1, at: 'sql', when: 'sent' },
    { step: 2, at: 'sql', when: 'answered' },
    { step: 5, at: 'row', when: 'answered' },
    { step: 2, at: 'commit', when: 'sent' },
  ],
);
