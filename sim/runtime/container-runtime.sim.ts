import { on } from 'node:events';
import {
  ContainerRuntime,
  type RuntimeDescription,
  type RuntimeEvent,
  type RuntimeFileSystem,
} from '../../src/agent/container-runtime.port.js';
import { RuntimeAnswerError, RuntimeAwayError } from '../../src/agent/runtime-errors.js';
import type { InventoryContainer, InventoryImage, InventorySandbox } from '../../src/agents/core/inventory.js';
import { PAUSE } from './plan-images.js';
import type { RuntimeFault } from './runtime-faults.js';
import type { RuntimeState } from './runtime-state.js';

export const SIM_MOUNTPOINT = '/var/lib/containerd';

/** The container runtime of a simulated node. */
export class SimContainerRuntime extends ContainerRuntime {
  constructor(
    private readonly state: RuntimeState,
    private readonly faults: ReadonlySet<RuntimeFault>,
  ) {
    super();
  }

  async describe(): Promise<RuntimeDescription> {
    this.check();
    return { name: 'containerd', version: '2.1.4', sandboxImage: PAUSE };
  }

  async listImages(): Promise<InventoryImage[]> {
    this.check();
    return this.state.inventoryImages();
  }

  async listContainers(): Promise<InventoryContainer[]> {
    this.check();
    if (this.faults.has('list-fails')) throw new RuntimeAnswerError('ListContainers: the simulated runtime fails');
    return this.state.containers();
  }

  async listSandboxes(): Promise<InventorySandbox[]> {
    this.check();
    return this.state.sandboxes();
  }

  async listFileSystems(): Promise<RuntimeFileSystem[]> {
    this.check();
    return [{ holds: 'image', mountpoint: SIM_MOUNTPOINT, usedBytes: this.state.imageBytes() }];
  }

  async findImage(id: string): Promise<InventoryImage | undefined> {
    const images = await this.listImages();
    return images.find((image) => image.id === id || image.repoTags.includes(id) || image.repoDigests.includes(id));
  }

  async findContainer(id: string): Promise<InventoryContainer | undefined> {
    this.check();
    return this.state.containers().find((container) => container.id === id);
  }

  async *events(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    this.check();
    try {
      for await (const [event] of on(this.state.events, 'event', { signal })) yield event as RuntimeEvent;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private check(): void {
    if (this.faults.has('runtime-away')) throw new RuntimeAwayError('the simulated runtime does not answer');
  }
}
