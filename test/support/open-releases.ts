import type { RunView } from '../../src/jobs/run.schema.js';
import { openPgliteRecords } from './records.js';
import { type Call, StacksApp } from './stacks-app.js';

/** The API of stacks and releases on a database of its own, with a caller of each role. */
export async function openReleases() {
  const records = await openPgliteRecords();
  const stacks = await StacksApp.boot(records.database);
  const [admin, operator, viewer] = await Promise.all([
    stacks.caller('admin'),
    stacks.caller('operator'),
    stacks.caller('viewer'),
  ]);
  /** Asks for a change as the operator and waits for its run. */
  const done = async (...[method, path, body]: Parameters<Call>): Promise<RunView> =>
    stacks.over(operator, await operator<RunView>(method, path, body));
  const close = async (): Promise<void> => {
    await stacks.close();
    await records.close();
  };
  return { records, stacks, admin, operator, viewer, done, close };
}

/** A release of the stack `probe` in the namespace `shop`. */
export const probe = (name: string, more: object = {}) => ({ name, stack: 'probe', namespace: 'shop', ...more });
