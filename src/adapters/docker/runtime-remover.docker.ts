import type { ContainerRuntime } from '../../agent/container-runtime.port.js';
import { removeWithCare } from '../../agent/remove-with-care.js';
import { RuntimeRemover, type RemovalResult } from '../../agent/runtime-remover.port.js';
import type { Clock } from '../../platform/clock.js';
import type { DockerClient } from './docker-client.js';

const REMOVE_MS = 10 * 60_000;

/** Removes by the Docker Engine API, never with `force`. */
export class DockerRuntimeRemover extends RuntimeRemover {
  constructor(
    private readonly client: DockerClient,
    private readonly runtime: ContainerRuntime,
    private readonly clock: Clock,
  ) {
    super();
  }

  removeImage(id: string): Promise<RemovalResult> {
    return this.carefully('image', id, () => this.removeEveryName(id));
  }

  removeContainer(id: string): Promise<RemovalResult> {
    return this.carefully('container', id, async () => {
      // the kubelet lets a container's anonymous volumes go with it; whoever started one by hand may have data there
      const isOfPod = (await this.runtime.findContainer(id))?.pod !== undefined;
      await this.remove(`/containers/${encodeURIComponent(id)}?v=${isOfPod ? 1 : 0}&force=0`);
    });
  }

  removeSandbox(id: string): Promise<RemovalResult> {
    return this.carefully('sandbox', id, async () => undefined);
  }

  /**
   * By id the engine refuses an image of several names, so the names go one by one, and the image with the last of them. It refuses only that last step when a
   * container has come meanwhile: then the names that went before are given back.
   */
  private async removeEveryName(id: string): Promise<void> {
    const { repoTags = [], repoDigests = [] } = (await this.runtime.findImage(id)) ?? {};
    const gone: string[] = [];
    try {
      for (const name of [...repoTags, ...repoDigests]) {
        await this.remove(`/images/${encodeURIComponent(name)}?force=0&noprune=0`);
        gone.push(name);
      }
      await this.remove(`/images/${encodeURIComponent(id)}?force=0&noprune=0`);
    } catch (error) {
      for (const name of gone.filter((one) => repoTags.includes(one))) await this.tag(id, name);
      throw error;
    }
  }

  /** What is not there is removed. */
  private async remove(path: string): Promise<void> {
    await this.client.find('DELETE', path, REMOVE_MS);
  }

  private async tag(id: string, name: string): Promise<void> {
    const [, repo = name, tag = 'latest'] = /^(.*):([^:/]+)$/.exec(name) ?? [];
    const query = `repo=${encodeURIComponent(repo)}&tag=${encodeURIComponent(tag)}`;
    await this.client.find('POST', `/images/${encodeURIComponent(id)}/tag?${query}`);
  }

  private carefully(
    kind: 'image' | 'container' | 'sandbox',
    id: string,
    remove: () => Promise<void>,
  ): Promise<RemovalResult> {
    return removeWithCare({ runtime: this.runtime, kind, id, nowMs: () => this.clock.now(), remove });
  }
}
