import { EventEmitter } from 'node:events';
import type { RuntimeEvent } from '../../src/agent/container-runtime.port.js';
import type { InventoryContainer, InventoryImage, InventorySandbox } from '../../src/agents/core/inventory.js';
import { EPOCH_MS, type SimDisk, type SimNode } from '../model.js';
import { between, hash, uuid } from '../seeded.js';
import { olderVersions, PAUSE, planImage, type SimImage } from './plan-images.js';
import { containersOf, sandboxOf } from './pod-containers.js';
import { containerIdOf, imageIdOf, sandboxIdOf } from './runtime-ids.js';

/** Every so often a build leaves another image on the node, that nothing uses. */
const BUILD_MS = 30 * 60_000;
/** The builder stops when so little of the disk is free. */
const FULL_SHARE = 0.02;

/**
 * What stands on the disk of one simulated node: the images and containers of its pods as they are at any moment, versions that went before, builds that pile up, and
 * what was started or removed by hand. A pure function of seed, node and clock until something is removed.
 */
export class RuntimeState implements SimDisk {
  readonly events = new EventEmitter<{ event: [RuntimeEvent] }>();
  private readonly present = new Map<string, SimImage>();
  /** Containers and sandboxes of pods that were removed here. */
  private readonly removed = new Set<string>();
  private readonly byHand = new Map<string, InventoryContainer>();
  private readonly handSandboxes = new Map<string, InventorySandbox>();
  private built = 0;
  private readonly startedMs: number;
  private readonly otherBytes: number;

  constructor(
    readonly node: SimNode,
    private readonly seed: number,
    private readonly nowMs: () => number,
  ) {
    this.startedMs = nowMs();
    this.otherBytes = Math.round(node.fsBytes * between(0.6, 0.86, seed, 'disk', node.name));
    this.add(planImage(PAUSE, EPOCH_MS));
    for (const reference of this.references())
      for (const older of olderVersions(reference, hash(seed, 'older', node.name, reference) % 5))
        this.add(planImage(older, EPOCH_MS));
  }

  images(): SimImage[] {
    for (const reference of this.references())
      if (!this.present.has(imageIdOf(reference))) this.add(planImage(reference, EPOCH_MS));
    const due = Math.floor((this.nowMs() - this.startedMs) / BUILD_MS);
    for (; this.built < due && this.availableBytes() > this.node.fsBytes * FULL_SHARE; this.built += 1)
      this.add(planImage(`registry.example/ci/build-${this.node.name}:${String(this.built)}`, this.nowMs()));
    return [...this.present.values()];
  }

  /** With what only each of them holds. */
  inventoryImages(): InventoryImage[] {
    const images = this.images();
    const users = new Map<string, number>();
    for (const { layers } of images) for (const { id } of layers) users.set(id, (users.get(id) ?? 0) + 1);
    const sum = (bytes: readonly number[]): number => bytes.reduce((total, one) => total + one, 0);
    return images.map(({ id, repoTags, repoDigests, layers, pinned, builtAtMs }) => ({
      id,
      repoTags,
      repoDigests,
      sizeBytes: sum(layers.map(({ bytes }) => bytes)),
      uniqueBytes: sum(layers.filter((layer) => users.get(layer.id) === 1).map(({ bytes }) => bytes)),
      pinned,
      createdAtMs: builtAtMs,
    }));
  }

  containers(): InventoryContainer[] {
    const ofPods = this.node.pods.flatMap((pod) => containersOf(pod, this.nowMs()));
    return [...ofPods.filter(({ id }) => !this.removed.has(id)), ...this.byHand.values()];
  }

  sandboxes(): InventorySandbox[] {
    const ofPods = this.node.pods
      .filter(({ createdMs }) => createdMs <= this.nowMs())
      .map((pod) => sandboxOf(pod, this.nowMs()));
    return [...ofPods.filter(({ id }) => !this.removed.has(id)), ...this.handSandboxes.values()];
  }

  /** What images take on the disk: every layer once. */
  imageBytes(): number {
    const layers = new Map(
      [...this.present.values()].flatMap((image) => image.layers).map(({ id, bytes }) => [id, bytes]),
    );
    return [...layers.values()].reduce((total, bytes) => total + bytes, 0);
  }

  usedBytes(): number {
    return Math.min(this.node.fsBytes, this.otherBytes + this.imageBytes());
  }

  availableBytes(): number {
    return this.node.fsBytes - this.usedBytes();
  }

  /** Makes an image that is like no other. @returns its id */
  pull(tags: readonly string[]): string {
    const image = planImage(tags[0] ?? 'none', this.nowMs());
    this.add({ ...image, repoTags: tags });
    return image.id;
  }

  /** Starts a container of a pod that no API server knows. @returns its id */
  start(imageId: string, name: string): string {
    const image = this.images().find(({ id }) => id === imageId);
    if (!image) throw new Error(`the node ${this.node.name} has no image ${imageId}`);
    const podUid = uuid(this.seed, 'by hand', this.node.name, name, this.byHand.size, this.nowMs());
    const [pod, createdAtMs] = [{ namespace: 'default', pod: name, podUid }, this.nowMs()];
    const [id, sandboxId] = [containerIdOf(podUid, name, 0), sandboxIdOf(podUid)];
    this.handSandboxes.set(sandboxId, { id: sandboxId, pod, attempt: 0, state: 'ready', createdAtMs });
    const imageRef = image.repoTags[0] ?? imageId;
    this.byHand.set(id, { id, name, attempt: 0, pod, sandboxId, imageId, imageRef, state: 'running', createdAtMs });
    this.tell('created', id, imageId);
    this.tell('started', id, imageId);
    return id;
  }

  /** Ends a container that `start` has started, and its pod with it. */
  end(id: string, exitCode: number): void {
    const container = this.byHand.get(id);
    const sandbox = this.handSandboxes.get(container?.sandboxId ?? '');
    if (!container || !sandbox)
      throw new Error(`the node ${this.node.name} has no container ${id} that was started by hand`);
    this.byHand.set(id, { ...container, state: 'exited', exitCode, finishedAtMs: this.nowMs() });
    this.handSandboxes.set(sandbox.id, { ...sandbox, state: 'notReady' });
    this.tell('stopped', id, container.imageId);
  }

  removeImage(id: string): void {
    this.present.delete(id);
  }

  removeContainer(id: string): void {
    if (!this.byHand.delete(id)) this.removed.add(id);
    this.tell('deleted', id);
  }

  removeSandbox(id: string): void {
    if (!this.handSandboxes.delete(id)) this.removed.add(id);
  }

  private references(): Set<string> {
    return new Set(this.node.pods.flatMap(({ containers }) => containers.map(({ image }) => image)));
  }

  private add(image: SimImage): void {
    this.present.set(image.id, image);
  }

  private tell(kind: RuntimeEvent['kind'], containerId: string, imageRef?: string): void {
    this.events.emit('event', { kind, containerId, ...(imageRef ? { imageRef } : {}), atMs: this.nowMs() });
  }
}
