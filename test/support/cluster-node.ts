import type { V1Pod } from '@kubernetes/client-node';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { imageTar } from './image-tar.js';
import { eventually } from './eventually.js';
import { localNodeFolder, RealCluster } from './real-cluster.js';

/** A node of the local real cluster, on which a test makes images and pods of its own. */
export class ClusterNode {
  private readonly namespace = `runtime-${randomUUID().slice(0, 8)}`;
  /** Names that images were given here; containerd names each by its id too. */
  private readonly names: string[] = [];
  private readonly cluster = RealCluster.open();
  readonly socket: string;

  private constructor(readonly name: string) {
    this.socket = `${localNodeFolder(name)}/run/containerd.sock`;
  }

  static async open(name: string): Promise<ClusterNode> {
    const node = new ClusterNode(name);
    await node.cluster.core().createNamespace({ body: { metadata: { name: node.namespace } } });
    return node;
  }

  /** @returns the image's id */
  addImage(tags: readonly string[], ballastBytes = 0): string {
    const { tar, id } = imageTar(tags, ballastBytes);
    this.ctr(['import', '-'], tar);
    this.names.push(...tags, id);
    return id;
  }

  /** Runs a shell command as the pod's only container `main`. @returns the container's id once it runs, or has ended */
  async run(image: string, command: string, reached: 'running' | 'terminated'): Promise<string> {
    const core = this.cluster.core();
    const { metadata } = await core.createNamespacedPod({ namespace: this.namespace, body: this.pod(image, command) });
    return eventually(`the pod to be ${reached}`, async () => {
      const { status } = await core.readNamespacedPod({ namespace: this.namespace, name: metadata?.name ?? '' });
      const [container] = status?.containerStatuses ?? [];
      return container?.state?.[reached] && container.containerID?.replace('containerd://', '');
    });
  }

  /** Takes pods and images away again. */
  async close(): Promise<void> {
    const core = this.cluster.core();
    await core.deleteCollectionNamespacedPod({ namespace: this.namespace, gracePeriodSeconds: 0 });
    await core.deleteNamespace({ name: this.namespace });
    const gone = async () => (await core.listNamespacedPod({ namespace: this.namespace })).items.length === 0;
    await eventually('the pods to be gone', gone);
    const left = this.ctr(['ls', '-q'])
      .split('\n')
      .filter((name) => this.names.includes(name));
    if (left.length > 0) this.ctr(['rm', ...left]);
  }

  private pod(image: string, command: string): V1Pod {
    const container = { name: 'main', image, imagePullPolicy: 'Never', command: ['/bin/sh', '-c', command] };
    return {
      metadata: { generateName: 'pod-' },
      spec: {
        nodeName: this.name,
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        containers: [container],
      },
    };
  }

  private ctr(args: readonly string[], input?: Buffer): string {
    const all = ['-a', this.socket, '-n', 'k8s.io', 'images', ...args];
    return execFileSync('ctr', all, { encoding: 'utf8', ...(input ? { input } : {}) });
  }
}
