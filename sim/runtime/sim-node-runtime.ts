import type { ContainerRuntime } from '../../src/agent/container-runtime.port.js';
import type { FileSystemSize } from '../../src/agent/measure-file-system.js';
import type { RuntimeRemover } from '../../src/agent/runtime-remover.port.js';
import type { SimNode } from '../model.js';
import { SimContainerRuntime, SIM_MOUNTPOINT } from './container-runtime.sim.js';
import { RUNTIME_SKEW_MS, type RuntimeFault } from './runtime-faults.js';
import { SimRuntimeRemover } from './runtime-remover.sim.js';
import { RuntimeState } from './runtime-state.js';

/** What an agent on a simulated node meets: the runtime, the disk and the clock. */
export class SimNodeRuntime {
  readonly faults = new Set<RuntimeFault>();
  readonly state: RuntimeState;
  readonly runtime: ContainerRuntime;
  readonly remover: RuntimeRemover;

  constructor(
    node: SimNode,
    seed: number,
    private readonly clockMs: () => number = Date.now,
  ) {
    this.state = new RuntimeState(node, seed, this.nowMs);
    this.runtime = new SimContainerRuntime(this.state, this.faults);
    this.remover = new SimRuntimeRemover(this.state, this.runtime, this.faults, this.nowMs);
  }

  /** The node's clock. */
  readonly nowMs = (): number => this.clockMs() + (this.faults.has('runtime-clock') ? RUNTIME_SKEW_MS : 0);

  /** What `statfs` would say. @throws when nothing is mounted there */
  readonly measure = async (mountpoint: string): Promise<FileSystemSize> => {
    if (mountpoint !== SIM_MOUNTPOINT) throw new Error(`ENOENT: no such file or directory, statfs '${mountpoint}'`);
    return { capacityBytes: this.state.node.fsBytes, availableBytes: this.state.availableBytes() };
  };
}
