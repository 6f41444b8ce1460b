import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../platform/config.js';
import type { Log } from '../../platform/log.js';
import { packageRoot } from '../../platform/version.js';
import { HA_STACK } from '../control-plane/ha/ha-stack.js';
import { FolderFiles } from './folder-files.js';
import { loadStack } from './load-stack.js';
import { StackCatalogue, type CatalogueStack, type UnusableStack } from './stack-catalogue.service.js';
import { StackError } from './stack-error.js';
import type { StackLimits } from './stack-limits.js';

/** So many folders of `STACKS_DIR` are looked at. */
const MOST_STACKS = 100;

/**
 * Reads the stacks that come with the program and those of `STACKS_DIR`, each in a folder of its own. One that cannot be used is named in the log and in `GET /stacks`; the
 * others go on. Names that come with the program are taken.
 *
 * @throws when one that comes with the program is broken, or `STACKS_DIR` cannot be read
 */
export async function loadCatalogue(
  { stacksDir, ...limits }: Pick<Config, 'stacksDir'> & StackLimits,
  log: Log,
): Promise<StackCatalogue> {
  const shipped = join(packageRoot(), 'deploy/stacks');
  const stacks: CatalogueStack[] = await Promise.all(
    (await foldersOf(shipped)).map(async (folder) => ({
      stack: await loadStack(new FolderFiles(join(shipped, folder), limits), limits),
      origin: { from: 'quartermaster' },
    })),
  );
  stacks.push({ stack: HA_STACK, origin: { from: 'quartermaster' } });
  const unusable: UnusableStack[] = [];
  const own = stacksDir === undefined ? [] : await foldersOf(stacksDir);
  for (const name of own.slice(0, MOST_STACKS)) {
    const loaded = await loadOwn(join(stacksDir ?? '', name), name, stacks, limits);
    if (!('problem' in loaded)) stacks.push(loaded);
    else {
      unusable.push(loaded);
      log.warn('A stack cannot be used', { stack: name, because: loaded.problem });
    }
  }
  if (own.length > MOST_STACKS)
    log.warn('STACKS_DIR has too many folders', { limit: MOST_STACKS, folders: own.length });
  return new StackCatalogue(stacks, unusable);
}

async function loadOwn(
  folder: string,
  name: string,
  taken: readonly CatalogueStack[],
  limits: StackLimits,
): Promise<CatalogueStack | UnusableStack> {
  try {
    const stack = await loadStack(new FolderFiles(folder, limits), limits);
    if (stack.name !== name) throw new StackError(`stack.yaml: name must be that of its folder, ${name}`);
    if (taken.some(({ stack: other }) => other.name === name))
      throw new StackError('stack.yaml: a stack of this name comes with Quartermaster');
    return { stack, origin: { from: 'folder' } };
  } catch (error) {
    if (error instanceof StackError) return { name, problem: error.message, origin: { from: 'folder' } };
    throw error;
  }
}

async function foldersOf(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}
