/** Takes the lock of a data folder, says so, and keeps it until it is killed. */
import { DataDirInUseError, lockDataDir } from '../../src/adapters/duckdb/data-dir-lock.js';

const [folder = ''] = process.argv.slice(2);
try {
  await lockDataDir(folder);
  process.stdout.write('held\n');
  setInterval(() => undefined, 60_000);
} catch (error) {
  if (!(error instanceof DataDirInUseError)) throw error;
  process.stdout.write(`refused ${error.holderPid}\n`);
}
