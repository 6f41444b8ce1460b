import { Inject, Injectable } from '@nestjs/common';
import { formatDuration } from '../../core/duration.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import { MetricReader, type TierState } from '../metric-store.port.js';

/** What a tier holds changes by the cycle. */
const FRESH_MS = 10_000;

type Tiers = Promise<readonly TierState[]>;

/** What each tier of the store holds, asked for anew every ten seconds: every query wants to know it before it is let in. */
@Injectable()
export class KeptTiers {
  private known: { readonly atMs: number; readonly tiers: Tiers } | undefined;

  constructor(
    private readonly reader: MetricReader,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'queryTimeoutMs'>,
  ) {}

  /** @throws ProblemError 422 when the store does not answer within `QUERY_TIMEOUT` */
  get(): Tiers {
    const atMs = this.clock.now();
    if (this.known && Math.abs(atMs - this.known.atMs) < FRESH_MS) return this.known.tiers;
    const tiers = this.ask();
    const known = { atMs, tiers };
    this.known = known;
    tiers.catch(() => {
      if (this.known === known) this.known = undefined; // who awaits it sees the reason
    });
    return tiers;
  }

  private ask(): Tiers {
    const limit = AbortSignal.timeout(this.config.queryTimeoutMs);
    const late = Promise.withResolvers<never>();
    late.promise.catch(() => undefined); // when the answer was first there is nobody to tell
    const took = formatDuration(this.config.queryTimeoutMs);
    const problem = new ProblemError(
      'UNPROCESSABLE',
      `The metric store did not answer within ${took} (QUERY_TIMEOUT).`,
      { limit: 'QUERY_TIMEOUT' },
    );
    limit.addEventListener('abort', () => late.reject(problem), { once: true });
    return Promise.race([this.reader.tiers(limit), late.promise]);
  }
}
