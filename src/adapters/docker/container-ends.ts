import type { DockerClient } from './docker-client.js';
import { DockerContainerDetails, readDocker, type DockerContainer } from './docker-schemas.js';
import { stateFromDocker } from './from-docker.js';

const AT_ONCE = 8;

/** How containers ended, which only their own details tell: each is asked once after its end. (One that is started again is no longer `exited`.) */
export class ContainerEnds {
  private known = new Map<string, DockerContainerDetails>();

  constructor(private readonly client: DockerClient) {}

  /** @returns by container, of those that have exited; without those that went meanwhile. What is not in `containers` is forgotten. */
  async of(containers: readonly DockerContainer[]): Promise<ReadonlyMap<string, DockerContainerDetails>> {
    const ended = containers.filter(({ State }) => stateFromDocker(State) === 'exited');
    const now = new Map<string, DockerContainerDetails>();
    const queue = ended.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const { Id } of queue) {
          const details = this.known.get(Id) ?? (await this.find(Id));
          if (details) now.set(Id, details);
        }
      }),
    );
    this.known = now;
    return now;
  }

  async find(id: string): Promise<DockerContainerDetails | undefined> {
    const path = `/containers/${encodeURIComponent(id)}/json`;
    const body = await this.client.find('GET', path);
    return body === undefined ? undefined : readDocker(DockerContainerDetails, path, body);
  }
}
