import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { LimitHits } from '../../platform/limit-hits.js';
import type { MetricQuery, MetricRange, QueryMetrics } from '../metric-query.schema.js';
import { operationsOf } from '../core/query/parse-expression.js';
import { MetricReader } from '../metric-store.port.js';
import type { Asked } from '../../auth/asked.js';
import { CollectionCoverage } from './collection-coverage.js';
import { isoOf } from './iso-of.js';
import { NamedObjectsCheck } from './named-objects-check.js';
import { type ParsedExpression, parseExpressions } from './parse-expressions.js';
import { type QueryPlan, type RangePlan } from './plan-range.js';
import { QueryGate } from './query-gate.js';
import { requireQueries } from './query-limits.js';
import { RangeNotes } from './range-notes.js';
import { RangePlanner } from './range-planner.js';
import { type RangeRequest, requestOfBody, requestOfQuery } from './range-request.js';
import { readRange } from './read-range.js';
import { type Answered, computedResult, type FilledResult, filledResult, toResult } from './to-range-answer.js';

/** Answers questions about metrics over time: series, groups, and what is computed with them. Limits are held before the store is asked. */
@Injectable()
export class MetricRangeService {
  constructor(
    private readonly reader: MetricReader,
    private readonly coverage: CollectionCoverage,
    private readonly named: NamedObjectsCheck,
    private readonly gate: QueryGate,
    private readonly planner: RangePlanner,
    private readonly notes: RangeNotes,
    private readonly hits: LimitHits,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A question from an address. @throws ProblemError 400 over a limit, 403, 404 unknown object, 422 too slow, 429 too many queries */
  async query(query: QueryMetrics, asked: Asked): Promise<MetricRange> {
    return this.answer(requestOfQuery(query), asked, 'metric');
  }

  /** A question from a body. @throws as `query` */
  async post(query: MetricQuery, asked: Asked): Promise<MetricRange> {
    return this.answer(requestOfBody(query), asked, 'queries');
  }

  private async answer(request: RangeRequest, asked: Asked, listField: string): Promise<MetricRange> {
    const startedMs = this.clock.now();
    const { questions, expressions } = request;
    requireQueries(questions.length + expressions.length, this.config, asked.pointerTo(listField));
    const parsed = parseExpressions(request, this.config, asked.pointerTo);
    const operations = parsed.reduce((sum, one) => sum + Math.max(1, operationsOf(one.expression)), 0);
    const plan = await this.planner.plan({ ...request, operations }, asked);
    return this.gate.share(asked, async (signal) => {
      const [results, coverage] = await Promise.all([
        this.results(request, plan, parsed, asked, signal),
        this.coverage.over(plan.fromMs, plan.toMs, asked.caller),
      ]);
      const { notes, ...range } = toRange(request, plan, results);
      const lost = await this.notes.lost(plan);
      return { ...range, notes: [...notes, ...lost], coverage, tookMs: this.clock.now() - startedMs };
    });
  }

  private async results(
    { fill }: RangeRequest,
    plan: RangePlan,
    expressions: readonly ParsedExpression[],
    asked: Asked,
    signal: AbortSignal,
  ): Promise<MetricRange['results']> {
    const found = new Map<string, FilledResult>();
    for (const query of plan.queries) {
      const series = await readRange(this.reader, query, signal);
      if (series.length === 0) await this.named.require(query.select, signal);
      if (series.length > query.maxSeries) this.hits.cut(query.cutBy);
      found.set(query.question.id, filledResult(query, series, plan.steps, this.clock.now(), fill));
    }
    const computed = expressions.map((one) => computedResult(one, found, fill));
    const ofQueries = await Promise.all([...found.values()].map((one) => this.withCoverage(one, asked)));
    return [...ofQueries, ...computed].map(toResult);
  }

  /** The coverage of the answer is of the asked span: what comes from another one bears its own. */
  private async withCoverage(result: FilledResult, { caller }: Asked): Promise<Answered> {
    const { offset, fromMs, toMs } = { offset: result.plan.question.offset, ...spanOf(result.plan) };
    return offset === undefined ? result : { ...result, coverage: await this.coverage.over(fromMs, toMs, caller) };
  }
}

function spanOf({ fromMs, toMs }: QueryPlan): Pick<QueryPlan, 'fromMs' | 'toMs'> {
  return { fromMs, toMs };
}

function toRange(
  { timeZone }: RangeRequest,
  { fromMs, toMs, stepMs, queries, notes }: RangePlan,
  results: MetricRange['results'],
): Omit<MetricRange, 'coverage' | 'tookMs'> {
  const coarsest = queries.reduce((left, right) => (right.tier.resolutionMs > left.tier.resolutionMs ? right : left));
  const cut = results.find(({ truncated }) => truncated);
  const ofQueries = queries.flatMap((query) =>
    query.notes.map((note) => (queries.length === 1 ? note : `${query.question.id}: ${note}`)),
  );
  return {
    from: isoOf(fromMs),
    to: isoOf(toMs),
    stepMs,
    timeZone,
    results,
    resolution: coarsest.tier.name,
    resolutionMs: coarsest.tier.resolutionMs,
    truncated: cut !== undefined,
    ...(cut?.truncatedBecause === undefined ? {} : { truncatedBecause: cut.truncatedBecause }),
    notes: [...notes, ...ofQueries],
  };
}
