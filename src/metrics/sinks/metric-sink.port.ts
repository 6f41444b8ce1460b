import type { ScopeSamples } from '../metric-store.port.js';

/** What became of a write that the sink has answered. */
export interface SinkWritten {
  /** Values that the sink has acknowledged. */
  readonly points: number;
  /** Values that the sink will not take, however often they are sent: older than it keeps, or of another type than it has. */
  readonly refusedPoints: number;
}

/** The sink did not take a write now and may take it later. The message goes into `/readyz`: no address and no secret. */
export class SinkAwayError extends Error {
  override readonly name = 'SinkAwayError';
}

/**
 * A further place that samples are copied to.
 *
 * Contract: when `write` resolves, the sink has acknowledged the samples as durable, but for those that it refuses for good. Writing a scope of a cycle again
 * replaces what stood there, also after a write that died half-way: nothing is there twice, also when an object's labels have changed between.
 * Opening, when there is something to open, is a part of the first write: a sink that is away never keeps the process from starting.
 */
export abstract class MetricSink {
  /** @throws SinkAwayError; the signal's reason when it is aborted */
  abstract write(cycleAtMs: number, scopes: readonly ScopeSamples[], signal?: AbortSignal): Promise<SinkWritten>;
}
