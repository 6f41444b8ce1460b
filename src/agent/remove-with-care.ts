import { setTimeout } from 'node:timers/promises';
import { recheckRemoval } from '../agents/core/recheck-removal.js';
import type { RuntimeNow } from '../agents/core/recheck.js';
import type { RemovalTarget } from '../agents/core/task.js';
import type { ContainerRuntime } from './container-runtime.port.js';
import { RuntimeAnswerError, RuntimeInUseError, RuntimeLacksError } from './runtime-errors.js';
import type { RemovalResult } from './runtime-remover.port.js';

/** A runtime that acknowledged a removal is given so long to show that the thing is gone. */
const SETTLE_MS = 1000;

export interface RemovalWith {
  readonly runtime: ContainerRuntime;
  readonly kind: 'image' | 'container' | 'sandbox';
  readonly id: string;
  /** The node's clock. */
  readonly nowMs: () => number;
  /** The runtime's own removal. Resolves also when the thing was not there. */
  readonly remove: () => Promise<void>;
}

/**
 * The one way in which every adapter removes something: read it, check it as before any removal, remove it, see that it is gone.
 * @throws RuntimeAwayError
 */
export async function removeWithCare({ runtime, kind, id, nowMs, remove }: RemovalWith): Promise<RemovalResult> {
  try {
    const now = await readNow(runtime, kind, id);
    const check = recheckRemoval(
      { key: id, target: targetOf(kind, id, now), because: '' },
      { ...now, takenAtMs: nowMs() },
      [],
    );
    if (!check.go) return { outcome: check.as, because: check.because };
    await remove();
    if (!(await isThere(runtime, kind, id))) return { outcome: 'removed', because: '' };
    await setTimeout(SETTLE_MS);
    if (!(await isThere(runtime, kind, id))) return { outcome: 'removed', because: '' };
    return { outcome: 'failed', because: 'removal had no effect: the runtime acknowledged it and still has it' };
  } catch (error) {
    if (error instanceof RuntimeLacksError) throw error;
    if (error instanceof RuntimeInUseError) return { outcome: 'kept', because: `the runtime says: ${error.message}` };
    if (error instanceof RuntimeAnswerError)
      return { outcome: 'failed', because: `the runtime says: ${error.message}` };
    throw error;
  }
}

/** As much of the runtime as the check of one thing looks at. */
async function readNow(
  runtime: ContainerRuntime,
  kind: RemovalWith['kind'],
  id: string,
): Promise<Omit<RuntimeNow, 'takenAtMs'>> {
  const nothing = { images: [], containers: [], sandboxes: [] };
  if (kind === 'container') {
    const container = await runtime.findContainer(id);
    return { ...nothing, containers: container ? [container] : [] };
  }
  if (kind === 'sandbox') {
    const sandboxes = await runtime.listSandboxes();
    return {
      ...nothing,
      sandboxes: sandboxes.filter((one) => one.id === id),
      containers: await runtime.listContainers(),
    };
  }
  const image = await runtime.findImage(id);
  return { ...nothing, images: image ? [image] : [], containers: image ? await runtime.listContainers() : [] };
}

function targetOf(
  kind: RemovalWith['kind'],
  id: string,
  { images: [image] }: Pick<RuntimeNow, 'images'>,
): RemovalTarget {
  if (kind === 'image') return { kind, id, repoTags: image?.repoTags ?? [], sizeBytes: image?.sizeBytes ?? 0 };
  return kind === 'container' ? { kind, id, name: '' } : { kind, id };
}

async function isThere(runtime: ContainerRuntime, kind: RemovalWith['kind'], id: string): Promise<boolean> {
  if (kind === 'image') return (await runtime.findImage(id)) !== undefined;
  if (kind === 'container') return (await runtime.findContainer(id)) !== undefined;
  return (await runtime.listSandboxes()).some((one) => one.id === id);
}
