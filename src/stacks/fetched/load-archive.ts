import { loadStack } from '../catalogue/load-stack.js';
import { StackError } from '../catalogue/stack-error.js';
import type { StackLimits } from '../catalogue/stack-limits.js';
import type { Stack } from '../core/render/stack.js';
import { ArchivedFiles } from './archived-files.js';
import { readArchive } from './read-archive.js';

/**
 * The stack that an archive holds.
 *
 * @param name that it must have
 * @throws StackError
 */
export async function loadArchive(archive: Buffer, name: string, limits: StackLimits): Promise<Stack> {
  const { folder, files } = await readArchive(archive, limits);
  const stack = await loadStack(new ArchivedFiles(files), limits);
  if (stack.name !== name) throw new StackError(`stack.yaml: its name is ${stack.name}, not ${name}`);
  if (folder !== undefined && folder !== name) throw new StackError(`archive: its folder must be called ${name}`);
  return stack;
}
