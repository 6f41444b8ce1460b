import type { ContainerRuntime } from '../../src/agent/container-runtime.port.js';
import { removeWithCare } from '../../src/agent/remove-with-care.js';
import { RuntimeAnswerError } from '../../src/agent/runtime-errors.js';
import { RuntimeRemover, type RemovalResult } from '../../src/agent/runtime-remover.port.js';
import type { RuntimeFault } from './runtime-faults.js';
import type { RuntimeState } from './runtime-state.js';

/** Removes from a simulated node. */
export class SimRuntimeRemover extends RuntimeRemover {
  constructor(
    private readonly state: RuntimeState,
    private readonly runtime: ContainerRuntime,
    private readonly faults: ReadonlySet<RuntimeFault>,
    private readonly nowMs: () => number,
  ) {
    super();
  }

  removeImage(id: string): Promise<RemovalResult> {
    const isThere = this.state.images().some((image) => image.id === id);
    if (this.faults.has('in-use-at-last') && isThere) this.state.start(id, 'at-the-last-moment');
    return this.carefully('image', id, () => this.state.removeImage(id));
  }

  removeContainer(id: string): Promise<RemovalResult> {
    return this.carefully('container', id, () => this.state.removeContainer(id));
  }

  removeSandbox(id: string): Promise<RemovalResult> {
    return this.carefully('sandbox', id, () => this.state.removeSandbox(id));
  }

  private carefully(kind: 'image' | 'container' | 'sandbox', id: string, remove: () => void): Promise<RemovalResult> {
    const { runtime, nowMs } = this;
    const answer = async (): Promise<void> => {
      if (this.faults.has('removal-fails')) throw new RuntimeAnswerError('the simulated runtime fails to remove it');
      if (!this.faults.has('removal-no-effect')) remove();
    };
    return removeWithCare({ runtime, kind, id, nowMs, remove: answer });
  }
}
