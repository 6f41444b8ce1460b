/**
 * Brings records up to date as a start does, and at its n-th statement is killed (`die`: as soon as that was sent) or stands still (`hold`: after its answer,
 * which it says).
 */
import { Database } from '../../src/adapters/postgres/database.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';

const [place = '', end = 'never', statement = '0'] = process.argv.slice(2);
const isServer = place.startsWith('postgres:');
const database = isServer ? await Database.openServer({ url: place }) : await Database.openEmbedded({ folder: place });
let sent = 0;
database.pool.on('acquire', (client) => {
  const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
  const counted = async (...given: unknown[]): Promise<unknown> => {
    sent += 1;
    const answer = query(...given);
    if (sent !== Number(statement)) return answer;
    if (end === 'die') setImmediate(() => process.kill(process.pid, 'SIGKILL'));
    else {
      await answer;
      process.stdout.write('holds\n');
    }
    return new Promise(() => setInterval(() => undefined, 1_000)); // nothing comes of it any more
  };
  client.query = counted as typeof client.query;
});
const { applied } = await migrate(database.pool);
process.stdout.write(`applied ${applied.length}\n`);
await database.close();
