import type { ItemOutcome } from '../agents/core/task.js';

/** How one removal ended. */
export interface RemovalResult {
  readonly outcome: Exclude<ItemOutcome, 'notReached'>;
  /** Of every outcome but `removed`: why, in a sentence. */
  readonly because: string;
}

/**
 * Removes from the container runtime of this node, without force: what runs or is in use stays.
 *
 * Contract: the state is read right before the removal (`kept`, and why) and again after it (`failed` with `removal had no effect` when the thing is still
 * there). What is not there is `absent`, so that a removal may be done twice. A runtime's refusal is `kept` when it says that the thing is in use, else `failed`.
 * Whether a plan still holds (tags, protection, the image of sandboxes) is the caller's to check. Each call has a deadline of its own, of minutes.
 *
 * @throws RuntimeAwayError when the runtime cannot be reached or does not answer in time: the thing may be there or not
 */
export abstract class RuntimeRemover {
  /**
   * Removes an image with all of its tags and digests, unless it is pinned or any container refers to it, in whatever state. Its space may be given back later.
   * @param id as `ContainerRuntime.listImages` has it
   */
  abstract removeImage(id: string): Promise<RemovalResult>;
  /** Removes a container that has exited, or was created ten minutes ago or earlier and never started. */
  abstract removeContainer(id: string): Promise<RemovalResult>;
  /** Removes a sandbox that is not ready and has no container left, in whatever state. */
  abstract removeSandbox(id: string): Promise<RemovalResult>;
}
