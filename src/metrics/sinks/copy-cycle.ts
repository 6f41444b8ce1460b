import { FilterSamples } from '../core/filter-samples.js';
import type { ScopeSamples } from '../metric-store.port.js';
import type { ConfiguredSink } from './configured-sink.js';
import type { CycleSamples } from './cycle-samples.port.js';
import type { SinkWritten } from './metric-sink.port.js';
import type { ClosedCycle } from './sink-records.port.js';

export interface Copied extends SinkWritten {
  /** The store has nothing of the cycle though nodes were collected: its retention was faster than the sink. */
  readonly isGone: boolean;
}

/** Copies cycles from the store to one sink, filtered. */
export class CopyCycle {
  private readonly filter: FilterSamples;

  constructor(
    private readonly samples: CycleSamples,
    private readonly to: ConfiguredSink,
  ) {
    this.filter = new FilterSamples(to.filter);
  }

  /** @throws SinkAwayError, the signal's reason, and what the store throws */
  async copy({ cycleAtMs, nodesPresent }: ClosedCycle, signal: AbortSignal): Promise<Copied> {
    let [points, refusedPoints, scopes] = [0, 0, 0];
    for await (const batch of this.samples.read(cycleAtMs, signal)) {
      scopes += batch.length;
      const written = await this.to.sink.write(
        cycleAtMs,
        batch.map((scope) => this.filtered(scope)),
        signal,
      );
      points += written.points;
      refusedPoints += written.refusedPoints;
    }
    return { points, refusedPoints, isGone: scopes === 0 && nodesPresent > 0 };
  }

  /** A scope of which nothing is wanted is written as empty: it may have had something when it was written before. */
  private filtered({ scope, samples }: ScopeSamples): ScopeSamples {
    return { scope, samples: samples.flatMap((sample) => this.filter.apply(sample) ?? []) };
  }
}
