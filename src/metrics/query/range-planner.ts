import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import type { Asked } from '../../auth/asked.js';
import { KeptTiers } from './kept-tiers.js';
import { LiveObjects } from './live-objects.port.js';
import { planRange, type RangePlan } from './plan-range.js';
import { type QueryLimits, requireSpan } from './query-limits.js';
import type { RangeRequest } from './range-request.js';
import { selectObjects } from './select-objects.js';

/** Decides how a request is read, by what the caller may see, what the store keeps and what the limits allow. */
@Injectable()
export class RangePlanner {
  constructor(
    private readonly tiers: KeptTiers,
    private readonly live: LiveObjects,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param over limits that differ from a query's @throws ProblemError 400 over a limit, 403 */
  async plan(request: RangeRequest, { caller, pointerTo }: Asked, over: Partial<QueryLimits> = {}): Promise<RangePlan> {
    const selects = request.questions.map((question) => selectObjects(question, caller, question.metric.resource));
    const span = requireSpan(request, this.clock.now(), this.config, pointerTo);
    return planRange(request, {
      span,
      tiers: await this.tiers.get(),
      selects,
      countObjects: (select) => this.live.count(select),
      limits: { ...this.config, ...over },
      pointerTo,
    });
  }
}
