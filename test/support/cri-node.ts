import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { imageTar } from './image-tar.js';

/** CRI's `NamespaceMode`: as the kubelet has it, but in the network of the machine, which needs no plugin. */
const NAMESPACES = { network: 2, pid: 1 };

interface MountedImage {
  readonly id: string;
  readonly tag: string;
}

/**
 * Any runtime that speaks CRI, without a kubelet: `TEST_CRI_SOCKET` is its socket, `TEST_CRI_IMPORT` a shell command that takes in an archive of `docker
 * save` from its input. Pods are made with crictl, as the kubelet labels them.
 */
export class CriNode {
  readonly socket = setting('TEST_CRI_SOCKET');
  private readonly importCommand = setting('TEST_CRI_IMPORT');
  private readonly folder = mkdtempSync(join(tmpdir(), 'quartermaster-cri-'));
  private readonly images: string[] = [];
  private readonly sandboxes: string[] = [];

  /** @returns the image's id as the runtime writes it: CRI-O leaves the algorithm out */
  addImage(tags: readonly string[]): string {
    const { tar, id } = imageTar(tags);
    execFileSync('sh', ['-c', this.importCommand], { input: tar });
    const [, digest = id] = id.split(':');
    const listed = this.imageIds().find((one) => one.endsWith(digest));
    if (listed === undefined) throw new Error(`TEST_CRI_IMPORT has not brought the image ${id}`);
    this.images.push(listed);
    return listed;
  }

  /** Runs a shell command in a pod of its own, with an image as a volume if asked. @returns the container's id once it was started */
  run(image: string, command: string, mounted?: MountedImage): string {
    return this.start(image, command, mounted).container;
  }

  /** The same until it has ended and its pod has stopped. */
  async runToItsEnd(image: string, command: string): Promise<string> {
    const { container, sandbox } = this.start(image, command);
    await eventually('the container to have ended', () => this.stateOf(container) === 'CONTAINER_EXITED');
    this.crictl('stopp', sandbox);
    return container;
  }

  /** Takes pods and images away again. */
  close(): void {
    const there = this.crictl('pods', '-q').split('\n');
    for (const id of this.sandboxes) if (there.includes(id)) this.crictl('rmp', '-f', id);
    const listed = this.imageIds();
    for (const id of this.images) if (listed.includes(id)) this.crictl('rmi', id);
    rmSync(this.folder, { recursive: true });
  }

  private imageIds(): readonly string[] {
    return this.crictl('images', '-q').split('\n');
  }

  private start(
    image: string,
    command: string,
    mounted?: MountedImage,
  ): { readonly container: string; readonly sandbox: string } {
    const uid = randomUUID();
    const metadata = { name: `pod-${uid.slice(0, 8)}`, namespace: 'contract', uid, attempt: 0 };
    const labels = {
      'io.kubernetes.pod.name': metadata.name,
      'io.kubernetes.pod.namespace': metadata.namespace,
      'io.kubernetes.pod.uid': uid,
    };
    const linux = { security_context: { namespace_options: NAMESPACES } };
    const logs = join(this.folder, uid);
    mkdirSync(logs); // the kubelet does, and cri-dockerd relies on it
    const pod = this.write({ metadata, labels, log_directory: logs, linux });
    const container = this.write({
      metadata: { name: 'main', attempt: 0 },
      image: { image },
      command: ['/bin/sh', '-c', command],
      labels: { ...labels, 'io.kubernetes.container.name': 'main' },
      log_path: 'main.log',
      ...(mounted ? { mounts: [mountOf(mounted)] } : {}),
      linux,
    });
    const sandbox = this.crictl('runp', pod);
    this.sandboxes.push(sandbox);
    const id = this.crictl('create', '--no-pull', sandbox, container, pod);
    this.crictl('start', id);
    return { container: id, sandbox };
  }

  private stateOf(container: string): string {
    const { status } = JSON.parse(this.crictl('inspect', '-o', 'json', container)) as { status: { state: string } };
    return status.state;
  }

  private write(config: object): string {
    const file = join(this.folder, `${randomUUID()}.json`);
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  private crictl(...args: readonly string[]): string {
    const endpoint = `unix://${this.socket}`;
    return execFileSync('crictl', ['-r', endpoint, '-i', endpoint, '-t', '60s', ...args], { encoding: 'utf8' }).trim();
  }
}

/** As the kubelet writes it; CRI-O mounts none of which it does not know what the pod wrote. */
function mountOf({ id, tag }: MountedImage): object {
  return { container_path: '/mounted', image: { image: id, user_specified_image: tag }, readonly: true };
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} must be set: see test/support/cri-node.ts`);
  return value;
}
