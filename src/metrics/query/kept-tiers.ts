import { Inject, Injectable } from '@nestjs/common';
import { formatDuration } from '../../core/duration.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import { MetricReader, type TierState } from '../metric-store.port.js';

/** What a tier holds changes by the cycle at first, then by the day. */
const FRESH_MS = 10_000;
/** So long it is used while it is asked for anew. */
const USABLE_MS = 30_000;

type Tiers = Promise<readonly TierState[]>;

/**
 * What each tier of the store holds: every query wants to know it before it is let in. After ten seconds it is asked for anew, and no query that comes within half a minute
 * waits for that.
 */
@Injectable()
export class KeptTiers {
  private known: { readonly atMs: number; readonly tiers: Tiers } | undefined;
  private isRenewed = false;

  constructor(
    private readonly reader: MetricReader,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'queryTimeoutMs'>,
  ) {}

  /** @throws ProblemError 422 when the store does not answer within `QUERY_TIMEOUT` */
  get(): Tiers {
    const atMs = this.clock.now();
    if (!this.known || Math.abs(atMs - this.known.atMs) >= USABLE_MS) return this.askNow(atMs);
    const { tiers } = this.known;
    if (Math.abs(atMs - this.known.atMs) >= FRESH_MS && !this.isRenewed) void this.renew(atMs);
    return tiers;
  }

  private askNow(atMs: number): Tiers {
    const tiers = this.ask();
    const known = { atMs, tiers };
    this.known = known;
    tiers.catch(() => {
      if (this.known === known) this.known = undefined; // who awaits it sees the reason
    });
    return tiers;
  }

  private async renew(atMs: number): Promise<void> {
    this.isRenewed = true;
    try {
      this.known = { atMs, tiers: Promise.resolve(await this.ask()) };
    } catch {
      this.known = undefined; // the next query asks again, and sees the reason
    } finally {
      this.isRenewed = false;
    }
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
