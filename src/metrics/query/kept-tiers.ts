import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { MetricReader, type TierState } from '../metric-store.port.js';

/** What a tier holds changes by the cycle. */
const FRESH_MS = 10_000;

/** What each tier of the store holds, asked for anew every ten seconds: every query wants to know it. */
@Injectable()
export class KeptTiers {
  private known: { readonly atMs: number; readonly tiers: Promise<readonly TierState[]> } | undefined;

  constructor(
    private readonly reader: MetricReader,
    private readonly clock: Clock,
  ) {}

  get(): Promise<readonly TierState[]> {
    const atMs = this.clock.now();
    if (this.known && Math.abs(atMs - this.known.atMs) < FRESH_MS) return this.known.tiers;
    const tiers = this.reader.tiers();
    this.known = { atMs, tiers };
    tiers.catch(() => (this.known = undefined)); // who awaits it sees the reason
    return tiers;
  }
}
