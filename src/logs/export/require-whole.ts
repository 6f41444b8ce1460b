import { ProblemError } from '../../platform/errors.js';
import type { ChosenReader } from '../query/log-readers.js';
import type { LogSearch } from '../store/log-store.port.js';

/** A file cannot say that it lacks what was too much to read from the cluster at once. @throws ProblemError 422 */
export async function requireWhole(
  { reader, source }: ChosenReader,
  search: LogSearch,
  signal: AbortSignal,
): Promise<void> {
  if (source === 'store') return;
  const { lost } = await reader.search({ ...search, limit: 1 }, signal);
  const [first] = lost;
  if (first) throw new ProblemError('UNPROCESSABLE', first.reason, { limit: 'LOGS_CLUSTER_MAX_BYTES' });
}
