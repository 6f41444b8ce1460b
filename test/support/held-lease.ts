import { CoordinationV1Api, V1MicroTime } from '@kubernetes/client-node';
import type { RealCluster } from './real-cluster.js';

const EVERY_MS = 2_000;

/** Holds the Lease of a component in kube-system in the name of a node, as a leader on that node does: all parts of the tests' cluster would give the name of the one machine. */
export class HeldLease {
  private renewing: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly api: CoordinationV1Api;

  constructor(
    cluster: RealCluster,
    private readonly name: string,
  ) {
    this.api = cluster.config.makeApiClient(CoordinationV1Api);
  }

  /** Takes it, whoever has it, and renews it from then on. */
  async holdAs(node: string): Promise<void> {
    await this.release();
    await this.write(`${node}_test`);
    this.renewing = setInterval(() => {
      this.writing = this.writing.then(() => this.write(`${node}_test`));
    }, EVERY_MS);
  }

  /** Renews it no more, and gives it back. */
  async release(): Promise<void> {
    if (!this.renewing) return;
    clearInterval(this.renewing);
    this.renewing = undefined;
    await this.writing;
    await this.write('');
  }

  private async write(holderIdentity: string): Promise<void> {
    const place = { namespace: 'kube-system', name: this.name };
    const body = await this.api.readNamespacedLease(place);
    const { spec } = body;
    if (!spec) throw new Error(`The Lease ${this.name} has no spec`);
    spec.holderIdentity = holderIdentity;
    spec.renewTime = new V1MicroTime();
    spec.leaseDurationSeconds = 15;
    await this.api.replaceNamespacedLease({ ...place, body });
  }
}
