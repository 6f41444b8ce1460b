import { Inject, Injectable, type OnModuleDestroy, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { OwnMetrics } from '../../platform/own-metrics.js';
import { Readiness, type ReadinessPart } from '../../platform/readiness.js';
import { RepeatedLook } from '../../platform/repeated-look.js';
import { type MetricStoreState, MetricUpkeep } from '../metric-upkeep.port.js';
import { COLLECT_OPTIONS, type CollectOptions } from './collect-options.js';
import { CycleRecords, type Cycle } from './cycle-records.port.js';

const LONGEST_PAUSE_MS = 15_000;
const MOST_NAMED = 3;

interface Gauges {
  readonly nodes: ReturnType<typeof OwnMetrics.prototype.gauge<'state'>>;
  readonly age: ReturnType<typeof OwnMetrics.prototype.gauge>;
  readonly bytes: ReturnType<typeof OwnMetrics.prototype.gauge>;
  readonly damaged: ReturnType<typeof OwnMetrics.prototype.counter>;
}

/** Tells in `/readyz` and `/metrics` how collection and the metric store are, in whichever process it runs: the cycles' records are shared. */
@Injectable()
export class CollectionHealth implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly collection: ReadinessPart;
  private readonly store: ReadinessPart;
  private repeated: RepeatedLook | undefined;

  constructor(
    private readonly cycles: CycleRecords,
    private readonly upkeep: MetricUpkeep,
    private readonly clock: Clock,
    readiness: Readiness,
    private readonly log: Log,
    private readonly metrics: OwnMetrics,
    @Inject(COLLECT_OPTIONS) private readonly options: CollectOptions,
  ) {
    this.collection = readiness.part('collection');
    this.store = readiness.part('metric store');
  }

  onApplicationBootstrap(): void {
    const gauges: Gauges = {
      nodes: this.metrics.gauge('collection_nodes', 'Nodes of the newest closed cycle.', ['state']),
      age: this.metrics.gauge('collection_age_seconds', 'Age of the newest closed cycle.'),
      bytes: this.metrics.gauge('metric_store_bytes', 'What the embedded metric store takes on the disk.'),
      damaged: this.metrics.counter(
        'metric_store_damaged_files_total',
        'Damaged files of the embedded metric store that were set aside and not deleted since.',
      ),
    };
    const everyMs = Math.min(this.options.resolutionMs, LONGEST_PAUSE_MS);
    this.repeated = new RepeatedLook(() => this.look(gauges), everyMs);
    this.repeated.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.repeated?.stop();
  }

  private async look(gauges: Gauges): Promise<void> {
    await Promise.all([this.lookAtStore(gauges), this.lookAtCycles(gauges)]);
  }

  private async lookAtStore({ bytes, damaged }: Gauges): Promise<void> {
    try {
      const state = await this.upkeep.state();
      if (state.bytesOnDisk !== undefined) bytes.set(state.bytesOnDisk);
      damaged.reset();
      damaged.inc(state.damage?.files ?? 0);
      const reasons = [state.refusal, tellDamage(state)].filter((reason) => reason !== undefined);
      this.store.set(reasons.length === 0 ? 'up' : 'degraded', reasons.length === 0 ? undefined : reasons.join('; '));
    } catch (error) {
      this.log.warn('The metric store does not answer', { error });
      this.store.set('down', reasonOf('The metric store does not answer', error));
    }
  }

  private async lookAtCycles(gauges: Gauges): Promise<void> {
    try {
      this.show(await this.newestClosed(), gauges);
    } catch (error) {
      this.log.warn('The cycles cannot be read', { error });
      this.collection.set('degraded', reasonOf('The records do not answer', error));
    }
  }

  private async newestClosed(): Promise<Cycle | undefined> {
    const beforeMs = this.clock.now() + this.options.resolutionMs;
    const recent = await this.cycles.list({ fromMs: 0, beforeMs, limit: 10 });
    return recent.find(({ completeness }) => completeness !== undefined);
  }

  private show(cycle: Cycle | undefined, { nodes, age }: Gauges): void {
    if (!cycle?.completeness) {
      this.collection.set('starting', 'No cycle has been closed yet');
      return;
    }
    const { nodesPresent, missing } = cycle.completeness;
    const ageMs = this.clock.now() - cycle.cycleAtMs;
    nodes.set({ state: 'present' }, nodesPresent);
    nodes.set({ state: 'missing' }, missing.length);
    age.set(ageMs / 1000);
    const reason = ageMs > 3 * this.options.resolutionMs + LONGEST_PAUSE_MS ? tooOld(ageMs) : tellMissing(cycle);
    this.collection.set(reason === undefined ? 'up' : 'degraded', reason);
  }
}

function tooOld(ageMs: number): string {
  return `The newest cycle is ${Math.round(ageMs / 1000)} s old; the log says why no newer one was closed`;
}

/** No node's name: `/readyz` is open to anyone. */
function tellMissing({ nodesExpected, completeness }: Cycle): string | undefined {
  const missing = completeness?.missing ?? [];
  if (missing.length === 0) return undefined;
  const reasons = [...new Set(missing.map(({ reason }) => reason))].sort().slice(0, MOST_NAMED);
  return `${missing.length} of ${nodesExpected} nodes missing (${reasons.join(', ')}); GET /api/v1/metrics/cycles names them`;
}

function tellDamage({ damage }: MetricStoreState): string | undefined {
  if (!damage) return undefined;
  const count = damage.files === 1 ? '1 damaged file was' : `${damage.files} damaged files were`;
  return `${count} set aside (${damage.what}); the rest is served, and docs/operate.md says what to do`;
}

/** `/readyz` is open to anyone, so it shows what is wrong and not an inner message. */
function reasonOf(what: string, error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? `${what} (${code})` : what;
}
