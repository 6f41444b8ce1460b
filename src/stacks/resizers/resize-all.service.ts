import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { mapLimited } from '../../auth/map-limited.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { clusterErrorText } from '../releases/describe-error.js';
import { CarryOutResize } from './carry-out-resize.service.js';
import { describeEvaluation } from './describe-evaluation.js';
import { EvaluateResizer } from './evaluate-resizer.service.js';
import { ResizeFailure } from './resize-failure.js';
import { ResizerBody } from './resizer.schema.js';
import { ResizerMetrics } from './resizer-metrics.js';
import { MOST_RESIZERS, ResizerRecords, type NewResizeDecision, type ResizerRecord } from './resizer-records.port.js';

const AT_ONCE = 4;
/** One resizer is given up after this… */
const TIME_LIMIT_MS = 60_000;
/** …and is another one's to evaluate, should this process have died, after this. */
const HELD_MS = 2 * TIME_LIMIT_MS;

/** How many resizers were evaluated, by what became of them; `busy` are evaluated elsewhere. */
export type ResizeResult = Record<NewResizeDecision['outcome'] | 'busy', number>;

/** Evaluates every resizer and does what it says. One that fails costs no other. */
@Injectable()
export class ResizeAll {
  constructor(
    private readonly records: ResizerRecords,
    private readonly evaluating: EvaluateResizer,
    private readonly carrying: CarryOutResize,
    private readonly metrics: ResizerMetrics,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async resize(signal: AbortSignal): Promise<ResizeResult> {
    const result: ResizeResult = { kept: 0, postponed: 0, recommended: 0, applied: 0, failed: 0, busy: 0 };
    await mapLimited(await this.records.list({}, MOST_RESIZERS), AT_ONCE, async ({ name }) => {
      signal.throwIfAborted();
      result[await this.#one(name, signal)] += 1;
    });
    return result;
  }

  async #one(name: string, signal: AbortSignal): Promise<keyof ResizeResult> {
    const by = randomUUID();
    try {
      const nowMs = this.clock.now();
      const record = await this.records.hold(name, by, nowMs, nowMs + HELD_MS);
      if (!record) return 'busy';
      const decision = await this.#decided(record, signal);
      const [last] = await this.records.decisions(name, 1);
      const isNew = decision.outcome === 'applied' || !last || keyOf(last) !== keyOf(decision);
      await this.records.release(name, by, isNew ? decision : undefined);
      this.metrics.decided(decision.outcome);
      return decision.outcome;
    } catch (error) {
      signal.throwIfAborted();
      this.log.warn('What became of a resizer could not be recorded', { resizer: name, error });
      this.metrics.decided('failed');
      return 'failed';
    }
  }

  /** @throws only when the whole is given up */
  async #decided(record: ResizerRecord, all: AbortSignal): Promise<NewResizeDecision> {
    const atMs = this.clock.now();
    const signal = AbortSignal.any([all, AbortSignal.timeout(TIME_LIMIT_MS)]);
    let details: object = {};
    try {
      const body = ResizerBody.safeParse(record.body);
      if (!body.success) throw new ResizeFailure('This version does not understand the resizer: write it anew');
      const resizer = { ...record, body: body.data };
      const evaluation = await this.evaluating.evaluate(resizer, signal);
      details = describeEvaluation(evaluation);
      const { action, because } = evaluation.first.decision;
      if (action === 'keep' || action === 'postpone')
        return { atMs, outcome: action === 'keep' ? 'kept' : 'postponed', because, details };
      if (body.data.mode === 'recommend') return { atMs, outcome: 'recommended', because, details };
      await this.carrying.carryOut(resizer, evaluation, signal);
      return { atMs, outcome: 'applied', because, details };
    } catch (error) {
      all.throwIfAborted();
      const text = error instanceof ResizeFailure ? error.message : clusterErrorText(error);
      this.log.warn('A resizer failed', { resizer: record.name, error });
      const late = signal.aborted ? `It was not done after ${TIME_LIMIT_MS / 1000} s` : 'Something went wrong';
      return { atMs, outcome: 'failed', because: text ?? late, details };
    }
  }
}

/** Two decisions with the same one say the same. How long a delay goes on, and an estimate that changes nothing, make no difference. */
function keyOf({ outcome, because, details }: NewResizeDecision): string {
  const { target, notes } = details as { target?: unknown; notes?: unknown };
  return JSON.stringify([outcome, outcome === 'failed' ? because : '', sorted(target), notes]);
}

/** With its keys in order: the records may give them in another one. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}
