import type { ContainerRuntime } from '../../agent/container-runtime.port.js';
import { removeWithCare } from '../../agent/remove-with-care.js';
import { RuntimeAnswerError, RuntimeInUseError } from '../../agent/runtime-errors.js';
import { RuntimeRemover, type RemovalResult } from '../../agent/runtime-remover.port.js';
import type { Clock } from '../../platform/clock.js';
import type { CriClient } from './cri-client.js';

/** A large image on a slow disk takes minutes. */
const REMOVE_MS = 10 * 60_000;

/**
 * CRI has no code for it. CRI-O says "image is in use by a container"; Docker Engine behind cri-dockerd "container … is using its referenced image" and "image is
 * being used by running container". Both mean containers that CRI does not show, for those that it shows were looked at before.
 */
const SAYS_IN_USE = /\b(?:in use|is using|being used)\b/i;

/** Removes by CRI v1. CRI itself forces: it kills what runs (RemoveContainer, RemovePodSandbox) and lets an image go that containers need. */
export class CriRuntimeRemover extends RuntimeRemover {
  constructor(
    private readonly client: CriClient,
    private readonly runtime: ContainerRuntime,
    private readonly clock: Clock,
  ) {
    super();
  }

  removeImage(id: string): Promise<RemovalResult> {
    return this.carefully('image', id, () =>
      this.call('ImageService/RemoveImage', 'ImageRequest', { image: { image: id } }),
    );
  }

  removeContainer(id: string): Promise<RemovalResult> {
    return this.carefully('container', id, () =>
      this.call('RuntimeService/RemoveContainer', 'ContainerRequest', { containerId: id }),
    );
  }

  /** A sandbox must be stopped before it is removed, which gives its network back; for one that is stopped that does nothing. */
  removeSandbox(id: string): Promise<RemovalResult> {
    return this.carefully('sandbox', id, async () => {
      await this.call('RuntimeService/StopPodSandbox', 'PodSandboxRequest', { podSandboxId: id });
      await this.call('RuntimeService/RemovePodSandbox', 'PodSandboxRequest', { podSandboxId: id });
    });
  }

  private carefully(
    kind: 'image' | 'container' | 'sandbox',
    id: string,
    remove: () => Promise<void>,
  ): Promise<RemovalResult> {
    return removeWithCare({ runtime: this.runtime, kind, id, nowMs: () => this.clock.now(), remove });
  }

  private async call(method: string, type: string, request: object): Promise<void> {
    try {
      await this.client.find(method, [type, 'Empty'], request, REMOVE_MS);
    } catch (error) {
      if (error instanceof RuntimeAnswerError && SAYS_IN_USE.test(error.message))
        throw new RuntimeInUseError(error.message);
      throw error;
    }
  }
}
