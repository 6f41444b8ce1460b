import { Injectable } from '@nestjs/common';
import { ProblemError } from './errors.js';
import { LIMITS, type LimitName } from './limits.js';
import { OwnMetrics } from './own-metrics.js';

/** Counts in `/metrics` which limits refuse requests or cut their answers. */
@Injectable()
export class LimitHits {
  private readonly hits;

  constructor(metrics: OwnMetrics) {
    this.hits = metrics.counter('limit_hits_total', 'Requests that a limit refused, or whose answer it cut.', [
      'limit',
    ]);
    for (const limit of LIMITS) this.hits.inc({ limit }, 0);
  }

  /** An answer was cut by a limit; undefined when the request itself asked for no more. */
  cut(limit: LimitName | undefined): void {
    if (limit !== undefined) this.hits.inc({ limit });
  }

  /** A request failed, perhaps by a limit. */
  failed(error: unknown): void {
    if (error instanceof ProblemError) this.cut(error.extra.limit);
  }
}
