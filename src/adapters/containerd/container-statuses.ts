import type { CriClient } from './cri-client.js';
import type { CriContainer, CriContainerStatus } from './cri-messages.js';
import { stateOf } from './from-cri.js';

/** Calls at a time: the runtime answers the kubelet on the same socket. */
const AT_ONCE = 8;

/**
 * What only a container's own status tells: its mounts and log path, which never change, and how it ended. Each container is therefore asked once while it lives
 * and once after its end, and not again.
 */
export class ContainerStatuses {
  private known = new Map<string, CriContainerStatus>();

  constructor(private readonly client: CriClient) {}

  /** @returns by container; without those that went meanwhile. What is not in `containers` is forgotten. */
  async of(containers: readonly CriContainer[]): Promise<ReadonlyMap<string, CriContainerStatus>> {
    const before = this.known;
    const now = new Map<string, CriContainerStatus>();
    const asked: CriContainer[] = [];
    for (const container of containers) {
      const status = before.get(container.id);
      if (status && isStillSo(status, container)) now.set(container.id, status);
      else asked.push(container);
    }
    const queue = asked.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const { id } of queue) {
          const status = await this.find(id);
          if (status) now.set(id, status);
        }
      }),
    );
    this.known = now;
    return now;
  }

  async find(containerId: string): Promise<CriContainerStatus | undefined> {
    const types = ['ContainerRequest', 'ContainerStatusResponse'] as const;
    const answer = await this.client.find<{ status: CriContainerStatus | null }>(
      'RuntimeService/ContainerStatus',
      types,
      { containerId },
    );
    return answer?.status ?? undefined;
  }
}

function isStillSo(status: CriContainerStatus, { state }: CriContainer): boolean {
  return stateOf(status.state) === stateOf(state) || stateOf(state) !== 'exited';
}
