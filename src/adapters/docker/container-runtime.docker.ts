import { z } from 'zod';
import {
  ContainerRuntime,
  type RuntimeDescription,
  type RuntimeEvent,
  type RuntimeFileSystem,
} from '../../agent/container-runtime.port.js';
import type { InventoryContainer, InventoryImage, InventorySandbox } from '../../agents/core/inventory.js';
import { ContainerEnds } from './container-ends.js';
import type { DockerClient } from './docker-client.js';
import {
  DockerContainer,
  DockerEvent,
  DockerImage,
  DockerImageDetails,
  DockerInfo,
  DockerVersion,
  readDocker,
} from './docker-schemas.js';
import { containerFromDocker, eventFromDocker, imageFromDocker, stateFromDocker } from './from-docker.js';

/** Docker Engine by its own API. It has no sandboxes: those of cri-dockerd are containers here, and CRI shows them as what they are. */
export class DockerContainerRuntime extends ContainerRuntime {
  private readonly ends: ContainerEnds;

  constructor(private readonly client: DockerClient) {
    super();
    this.ends = new ContainerEnds(client);
  }

  async describe(): Promise<RuntimeDescription> {
    const { Version } = readDocker(DockerVersion, '/version', await this.client.get('/version'));
    return { name: 'docker', version: Version };
  }

  /** Intermediate images of builds are left out. */
  async listImages(): Promise<InventoryImage[]> {
    const body = await this.client.get('/images/json?all=0&shared-size=1');
    return readDocker(z.array(DockerImage), '/images/json', body).map(imageFromDocker);
  }

  async listContainers(): Promise<InventoryContainer[]> {
    const containers = await this.containers({});
    const ends = await this.ends.of(containers);
    const isKnown = ({ Id, State }: DockerContainer): boolean => stateFromDocker(State) !== 'exited' || ends.has(Id);
    return containers.filter(isKnown).map((one) => containerFromDocker(one, ends.get(one.Id)));
  }

  async listSandboxes(): Promise<InventorySandbox[]> {
    return [];
  }

  /** Everything of the engine is below one folder. What images take it tells only after a walk that locks it (`/system/df`), so it is not asked. */
  async listFileSystems(): Promise<RuntimeFileSystem[]> {
    const { DockerRootDir } = readDocker(DockerInfo, '/info', await this.client.get('/info'));
    return [{ holds: 'image', mountpoint: DockerRootDir }];
  }

  async findImage(id: string): Promise<InventoryImage | undefined> {
    const path = `/images/${encodeURIComponent(id)}/json`;
    const body = await this.client.find('GET', path);
    if (body === undefined) return undefined;
    const { Config, Created, ...details } = readDocker(DockerImageDetails, path, body);
    const createdMs = Date.parse(Created ?? '');
    return imageFromDocker({ ...details, Labels: Config?.Labels, Created: Math.trunc(createdMs / 1000) });
  }

  async findContainer(id: string): Promise<InventoryContainer | undefined> {
    const container = (await this.containers({ id: [id] })).find(({ Id }) => Id === id);
    if (!container || stateFromDocker(container.State) !== 'exited') return container && containerFromDocker(container);
    const details = await this.ends.find(id);
    return details && containerFromDocker(container, details);
  }

  async *events(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    const path = `/events?filters=${encodeURIComponent('{"type":["container"]}')}`;
    for await (const event of this.client.stream(path, signal))
      yield* eventFromDocker(readDocker(DockerEvent, '/events', event));
  }

  private async containers(filters: object): Promise<DockerContainer[]> {
    const path = `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify(filters))}`;
    return readDocker(z.array(DockerContainer), '/containers/json', await this.client.get(path));
  }
}
