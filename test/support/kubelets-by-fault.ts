import type { Simulation } from '../../sim/simulation.js';
import { KubeletSource, type NodeTarget, type ReadSummary } from '../../src/metrics/collect/kubelet.port.js';

/** Gives up soon on simulated kubelets whose answer never ends, and waits for all others as long as it takes. */
export class KubeletsByFault extends KubeletSource {
  constructor(
    private readonly faults: Simulation['faults'],
    private readonly brisk: KubeletSource,
    private readonly patient: KubeletSource,
  ) {
    super();
  }

  override fetchSummary<Result>(target: NodeTarget, read: ReadSummary<Result>, signal?: AbortSignal): Promise<Result> {
    return this.of(target).fetchSummary(target, read, signal);
  }

  override stream(...asked: Parameters<KubeletSource['stream']>): Promise<void> {
    return this.of(asked[0]).stream(...asked);
  }

  private of({ name }: NodeTarget): KubeletSource {
    const fault = this.faults.list()[name];
    return fault === 'hang' || fault === 'drip' ? this.brisk : this.patient;
  }
}
