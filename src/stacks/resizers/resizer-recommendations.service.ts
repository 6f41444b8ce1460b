import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { clusterProblem } from '../releases/cluster-problem.js';
import { describeEvaluation } from './describe-evaluation.js';
import { EvaluateResizer } from './evaluate-resizer.service.js';
import { ResizeFailure } from './resize-failure.js';
import type { ResizeRecommendation } from './resizer-view.schema.js';
import { Resizers } from './resizers.service.js';

/** A recommendation is computed while a caller waits. */
const TIME_LIMIT_MS = 30_000;

/** What resizers would do, for those who ask. */
@Injectable()
export class ResizerRecommendations {
  constructor(
    private readonly resizers: Resizers,
    private readonly evaluating: EvaluateResizer,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError NOT_FOUND; UNPROCESSABLE with the reason when it cannot be told; UNAVAILABLE */
  async of(caller: Caller, name: string): Promise<ResizeRecommendation> {
    const resizer = await this.resizers.get(caller, name);
    try {
      const evaluation = await this.evaluating.evaluate(resizer, AbortSignal.timeout(TIME_LIMIT_MS));
      const at = new Date(this.clock.now()).toISOString();
      return { at, because: evaluation.first.decision.because, ...describeEvaluation(evaluation) };
    } catch (error) {
      if (error instanceof ResizeFailure) throw new ProblemError('UNPROCESSABLE', error.message, { cause: error });
      throw clusterProblem(error);
    }
  }
}
