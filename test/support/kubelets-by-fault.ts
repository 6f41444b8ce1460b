import type { Simulation } from '../../sim/simulation.js';
import { HttpKubeletSource } from '../../src/adapters/kubelet/kubelet-source.http.js';
import { KubeletSource, type NodeTarget, type ReadSummary } from '../../src/metrics/collect/kubelet.port.js';

const BRISK_MS = 500;
const PATIENT_MS = 600_000;

/** Gives up soon on simulated kubelets whose answer never ends, and waits for all others as long as it takes. */
export class KubeletsByFault extends KubeletSource {
  private readonly brisk: HttpKubeletSource;
  private readonly patient: HttpKubeletSource;

  constructor(
    private readonly simulation: Simulation,
    now: () => number,
  ) {
    super();
    const { tokens, ca } = simulation;
    const credentials = () => Promise.resolve({ authorization: `Bearer ${tokens.collector}`, ca });
    const common = { credentials, insecureTls: false, keptConnections: 0, maxBodyBytes: 8 * 1024 ** 2, now };
    this.brisk = new HttpKubeletSource({ ...common, timeoutMs: BRISK_MS });
    this.patient = new HttpKubeletSource({ ...common, timeoutMs: PATIENT_MS });
  }

  override fetchSummary<Result>(target: NodeTarget, read: ReadSummary<Result>, signal?: AbortSignal): Promise<Result> {
    return this.of(target).fetchSummary(target, read, signal);
  }

  override stream(...asked: Parameters<KubeletSource['stream']>): Promise<void> {
    return this.of(asked[0]).stream(...asked);
  }

  close(): void {
    this.brisk.close();
    this.patient.close();
  }

  private of({ name }: NodeTarget): KubeletSource {
    const fault = this.simulation.faults.list()[name];
    return fault === 'hang' || fault === 'drip' ? this.brisk : this.patient;
  }
}
