import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  loadAllYaml,
  VersionApi,
  type KubernetesObject,
} from '@kubernetes/client-node';
import { packageRoot } from '../../src/platform/version.js';
import { eventually } from './eventually.js';

const BESIDE = resolve(packageRoot(), '..', 'shared', 'cluster');
const LOCAL = process.env['CLUSTER_DIR'] ?? '/var/tmp/test-cluster';

/** Where a node of the local cluster keeps its runtime's socket, its logs and its static pods. */
export function localNodeFolder(node: string): string {
  return join(LOCAL, node);
}

/** A file or folder of the local cluster. */
export function localFolder(path: string): string {
  return join(LOCAL, path);
}

/** What the tests read of a kubelet's `/stats/summary`. */
export interface KubeletSummary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string; readonly uid: string };
    readonly cpu?: { readonly time: string; readonly usageCoreNanoSeconds?: number };
    readonly containers: readonly {
      readonly name: string;
      readonly memory?: { readonly workingSetBytes?: number };
    }[];
  }[];
}

/** A real cluster: the one that `TEST_KUBECONFIG` names, else the two-node one that the scripts beside the project start on this machine. */
export class RealCluster {
  private constructor(
    readonly config: KubeConfig,
    /** Whether its kubelets are processes of this machine, which a test may stop for a while. */
    readonly isLocal: boolean,
  ) {}

  static open(): RealCluster {
    const given = process.env['TEST_KUBECONFIG'];
    const file = given ?? localKubeconfig();
    const config = new KubeConfig();
    config.loadFromFile(file);
    return new RealCluster(config, given === undefined);
  }

  /** Creates what a file of manifests says; what exists already stays, but that roles get the rights that the file says. */
  async apply(file: string): Promise<void> {
    const api = KubernetesObjectApi.makeApiClient(this.config);
    for (const object of loadAllYaml(readFileSync(file, 'utf8')) as KubernetesObject[]) {
      try {
        await api.create(object);
      } catch (error) {
        if ((error as { code?: number }).code !== 409) throw error;
        if (object.kind === 'ClusterRole') await api.patch(object);
      }
    }
  }

  async applyWorkload(): Promise<void> {
    await this.apply(join(BESIDE, 'workload.yaml'));
    const core = this.config.makeApiClient(CoreV1Api);
    await eventually('the web and burner pods to run', async () => {
      const { items } = await core.listNamespacedPod({ namespace: 'shop' });
      const running = items.filter(
        ({ metadata, status }) => /^(web|burner)-/.test(metadata?.name ?? '') && status?.phase === 'Running',
      );
      return running.length === 5;
    });
  }

  /** A token of a service account, for an hour. */
  async tokenOf(namespace: string, name: string): Promise<string> {
    const body = { spec: { audiences: [], expirationSeconds: 3600 } };
    const { status } = await this.core().createNamespacedServiceAccountToken({ namespace, name, body });
    if (!status?.token) throw new Error('The cluster gave no token');
    return status.token;
  }

  /** A token of a service account for an hour that is bound to a node, for one audience. */
  async nodeTokenOf(namespace: string, name: string, node: string, audience: string): Promise<string> {
    const { metadata } = await this.core().readNode({ name: node });
    const boundObjectRef = { kind: 'Node', apiVersion: 'v1', name: node, uid: metadata?.uid ?? '' };
    const body = { spec: { audiences: [audience], expirationSeconds: 3600, boundObjectRef } };
    const { status } = await this.core().createNamespacedServiceAccountToken({ namespace, name, body });
    if (!status?.token) throw new Error('The cluster gave no token');
    return status.token;
  }

  /** Writes a kubeconfig that holds nothing but a token of this service account. */
  async kubeconfigFor(namespace: string, name: string, file: string): Promise<void> {
    const cluster = this.config.getCurrentCluster();
    if (!cluster) throw new Error('The kubeconfig names no cluster');
    const config = new KubeConfig();
    config.loadFromClusterAndUser(cluster, { name, token: await this.tokenOf(namespace, name) });
    writeFileSync(file, config.exportConfig(), { mode: 0o600 });
  }

  /** The cluster's version, which is the tag of its components' images. */
  async version(): Promise<string> {
    return (await this.config.makeApiClient(VersionApi).getCode()).gitVersion;
  }

  /** Has every node of the local cluster know the images of the control plane's components; disposing of what this gives removes those that were not there. */
  loadControlPlaneImages(): Disposable {
    const before = new Map(localNodes().map((node) => [node, imagesOf(node)]));
    execFileSync(join(BESIDE, 'cluster'), ['control-plane-images'], { stdio: 'inherit' });
    return {
      [Symbol.dispose]: () => {
        for (const [node, images] of before) {
          const added = imagesOf(node).filter((image) => image.includes('/kube-') && !images.includes(image));
          if (added.length > 0) execFileSync('ctr', [...containerd(node), 'images', 'rm', '--sync', ...added]);
        }
      },
    };
  }

  /** Writes the kubeconfig that tests themselves use. */
  writeAdminKubeconfig(file: string): void {
    writeFileSync(file, this.config.exportConfig(), { mode: 0o600 });
  }

  /** Whether the API server answers. */
  async isReady(): Promise<boolean> {
    return this.core()
      .listNamespace({ limit: 1 })
      .then(
        () => true,
        () => false,
      );
  }

  core(): CoreV1Api {
    return this.config.makeApiClient(CoreV1Api);
  }

  /** A pod in `shop` that runs a shell script and falls over: young, so that the kubelet restarts it soon. Disposing of what this gives deletes it. */
  startCrasher(name: string, script: string): Promise<AsyncDisposable> {
    const image = 'docker.io/library/busybox:1';
    const command = ['sh', '-c', script];
    return this.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop' },
      spec: { containers: [{ name: 'crasher', image, imagePullPolicy: 'Never', command }] },
    });
  }

  /** Creates an object that only this test needs; disposing of what this gives deletes it again. */
  async create(object: KubernetesObject & { readonly spec?: unknown }): Promise<AsyncDisposable> {
    const api = KubernetesObjectApi.makeApiClient(this.config);
    await api.create(object);
    return {
      [Symbol.asyncDispose]: async () => {
        await api.delete(object, undefined, undefined, 0);
      },
    };
  }

  /** The kubelet's own answer, by way of the API server. */
  async summary(node: string): Promise<KubeletSummary> {
    const text: unknown = await this.core().connectGetNodeProxyWithPath({ name: node, path: 'stats/summary' });
    return (typeof text === 'string' ? JSON.parse(text) : text) as KubeletSummary;
  }

  /** The folders of this machine in which the control groups of a local node stand. */
  cgroupsOf(node: string): string[] {
    return [`/sys/fs/cgroup/cpuacct/tc-${node}/kubepods`, `/sys/fs/cgroup/tc-${node}/kubepods`].filter((folder) =>
      existsSync(folder),
    );
  }

  /** Freezes (`SIGSTOP`) or thaws (`SIGCONT`) the kubelet process of a local node. */
  signalKubelet(index: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(Number(readFileSync(join(LOCAL, 'run', `kubelet-${index}.pid`), 'utf8')), signal);
  }
}

function localNodes(): string[] {
  return readdirSync(LOCAL).filter((name) => /^node-\d+$/.test(name));
}

function containerd(node: string): string[] {
  return ['--address', join(localNodeFolder(node), 'run', 'containerd.sock'), '--namespace', 'k8s.io'];
}

/** The references of the images that a node has. */
function imagesOf(node: string): string[] {
  return execFileSync('ctr', [...containerd(node), 'images', 'list', '--quiet'], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '');
}

function localKubeconfig(): string {
  const file = join(LOCAL, 'admin.kubeconfig');
  const script = join(BESIDE, 'cluster');
  if (!existsSync(script))
    throw new Error(
      'No real cluster: set TEST_KUBECONFIG to the kubeconfig of one on which tests may create the namespaces shop and quartermaster',
    );
  if (existsSync(file)) {
    if (!execFileSync(script, ['status'], { encoding: 'utf8' }).includes('DEAD')) return file;
    execFileSync(script, ['down'], { stdio: 'inherit' }); // what a run before left of it, whose processes have ended
  }
  execFileSync(script, ['up'], { stdio: 'inherit' });
  return file;
}
