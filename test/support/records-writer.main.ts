/** Writes rows into the embedded records, one transaction each, and says the number of every row after its commit was acknowledged. */
import { PgliteServer } from '../../src/adapters/postgres/pglite-pool.js';

const [folder = ''] = process.argv.slice(2);
const server = await PgliteServer.open({ folder });
const pool = server.pool();
await pool.query(
  'CREATE TABLE IF NOT EXISTS written (number serial PRIMARY KEY, half text NOT NULL DEFAULT repeat(md5(random()::text), 40))',
);
for (;;) {
  const { rows } = await pool.query<{ number: number }>('INSERT INTO written DEFAULT VALUES RETURNING number');
  process.stdout.write(`${rows[0]?.number}\n`);
}
