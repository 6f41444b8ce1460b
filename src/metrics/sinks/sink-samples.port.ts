import type { ScopeSamples } from '../metric-store.port.js';
import { CycleSamples } from './cycle-samples.port.js';

/**
 * Samples that are kept for the sinks alone, where the metric store is a server that cannot give a cycle back as it was appended.
 *
 * Contract: when `put` resolves, the samples are durable, and any process reads them. Of a scope and cycle the newest samples are kept, once, until `forget` is told of a
 * closing that came after they were put: what came late waits for the next closing of its cycle. Samples that can no longer be read are left out.
 */
export abstract class SinkSamples extends CycleSamples {
  /** Replaces what is kept of these scopes of the cycle. */
  abstract put(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void>;
}
