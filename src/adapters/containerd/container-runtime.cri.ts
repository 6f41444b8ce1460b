import {
  ContainerRuntime,
  type RuntimeDescription,
  type RuntimeEvent,
  type RuntimeFileSystem,
} from '../../agent/container-runtime.port.js';
import { RuntimeAwayError, RuntimeLacksError } from '../../agent/runtime-errors.js';
import type { InventoryContainer, InventoryImage, InventorySandbox } from '../../agents/core/inventory.js';
import { ContainerStatuses } from './container-statuses.js';
import type { CriClient } from './cri-client.js';
import type { CriContainer, CriEvent, CriFileSystemUsage, CriImage, CriSandbox } from './cri-messages.js';
import { containerFromCri, eventFromCri, fileSystemFromCri, imageFromCri, sandboxFromCri } from './from-cri.js';

/** containerd and CRI-O (and Docker behind cri-dockerd) by CRI v1. */
export class CriContainerRuntime extends ContainerRuntime {
  private readonly statuses: ContainerStatuses;

  constructor(private readonly client: CriClient) {
    super();
    this.statuses = new ContainerStatuses(client);
  }

  async describe(): Promise<RuntimeDescription> {
    const [{ runtimeName: name, runtimeVersion: version }, { info }] = await Promise.all([
      this.client.ask<{ runtimeName: string; runtimeVersion: string }>(
        'RuntimeService/Version',
        ['VersionRequest', 'VersionResponse'],
        { version: 'v1' },
      ),
      this.client.ask<{ info: Readonly<Record<string, string>> }>(
        'RuntimeService/Status',
        ['StatusRequest', 'StatusResponse'],
        { verbose: true },
      ),
    ]);
    const sandboxImage = sandboxImageIn(info['config']);
    return { name, version, ...(sandboxImage === undefined ? {} : { sandboxImage }) };
  }

  async listImages(): Promise<InventoryImage[]> {
    const { images } = await this.client.ask<{ images: CriImage[] }>('ImageService/ListImages', [
      'Empty',
      'ListImagesResponse',
    ]);
    return images.map(imageFromCri);
  }

  async listContainers(): Promise<InventoryContainer[]> {
    const containers = await this.containers({});
    const statuses = await this.statuses.of(containers);
    return containers.filter(({ id }) => statuses.has(id)).map((one) => containerFromCri(one, statuses.get(one.id)));
  }

  async listSandboxes(): Promise<InventorySandbox[]> {
    const { items } = await this.client.ask<{ items: CriSandbox[] }>('RuntimeService/ListPodSandbox', [
      'Empty',
      'ListPodSandboxResponse',
    ]);
    return items.map(sandboxFromCri);
  }

  /** Runtimes that do not split images from containers name no file systems of containers, or the same ones again. */
  async listFileSystems(): Promise<RuntimeFileSystem[]> {
    const { imageFilesystems, containerFilesystems } = await this.client.ask<{
      imageFilesystems: CriFileSystemUsage[];
      containerFilesystems: CriFileSystemUsage[];
    }>('ImageService/ImageFsInfo', ['Empty', 'ImageFsInfoResponse']);
    const images = imageFilesystems.flatMap((one) => fileSystemFromCri('image', one));
    const containers = containerFilesystems.flatMap((one) => fileSystemFromCri('container', one));
    const isSplit = ({ mountpoint }: RuntimeFileSystem): boolean =>
      images.every((image) => image.mountpoint !== mountpoint);
    return [...images, ...containers.filter(isSplit)];
  }

  async findImage(id: string): Promise<InventoryImage | undefined> {
    const types = ['ImageRequest', 'ImageStatusResponse'] as const;
    const answer = await this.client.find<{ image: CriImage | null }>('ImageService/ImageStatus', types, {
      image: { image: id },
    });
    return answer?.image ? imageFromCri(answer.image) : undefined;
  }

  async findContainer(id: string): Promise<InventoryContainer | undefined> {
    const container = (await this.containers({ filter: { id } })).find((one) => one.id === id);
    const status = container && (await this.statuses.find(id));
    return status && containerFromCri(container, status);
  }

  /** CRI-O where `enable_pod_events` is off, as it is unless set, does not refuse: it ends the stream at once, as well as when it is stopped. */
  async *events(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    const events = this.client.stream<CriEvent>('RuntimeService/GetContainerEvents', 'ContainerEventResponse', signal);
    let hasTold = false;
    for await (const event of events) {
      hasTold = true;
      yield* eventFromCri(event);
    }
    if (signal.aborted) return;
    if (hasTold) throw new RuntimeAwayError('the runtime ended its stream of container events');
    const { name } = await this.describe();
    throw new RuntimeLacksError(`${name} tells of no container events; CRI-O does when enable_pod_events is set`);
  }

  private async containers(request: object): Promise<CriContainer[]> {
    const types = ['ListContainersRequest', 'ListContainersResponse'] as const;
    return (await this.client.ask<{ containers: CriContainer[] }>('RuntimeService/ListContainers', types, request))
      .containers;
  }
}

/** containerd before 2.0, CRI-O and cri-dockerd tell it as JSON in the verbose status; its form is theirs and may change. containerd 2 only pins the image. */
function sandboxImageIn(config: string | undefined): string | undefined {
  try {
    const { sandboxImage, sandbox_image, pause_image } = JSON.parse(config ?? '{}') as Record<string, unknown>;
    const image = sandboxImage ?? sandbox_image ?? pause_image;
    return typeof image === 'string' && image !== '' ? image : undefined;
  } catch {
    return undefined; // not told
  }
}
