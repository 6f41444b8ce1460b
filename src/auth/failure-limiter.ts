import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { ProblemError } from '../platform/errors.js';
import { addressKey, takeToken, type Bucket } from './core/token-bucket.js';

/** Ten wrong tokens a minute from one address are answered 401, what goes beyond 429. */
const PER_ADDRESS = { capacity: 10, refillMs: 60_000 };
const MAX_ADDRESSES = 10_000;

/**
 * Limits failed log-ins and wrong tokens for each remote address. What succeeds is never limited: a right token works whatever others behind
 * the same address do. Memory is bounded: of more than 10,000 addresses the ones that were quiet longest are forgotten.
 */
@Injectable()
export class FailureLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly clock: Clock) {}

  /** Counts a failure. @throws ProblemError 429 when there were too many */
  refuseTooMany(address: string): void {
    const retryAfterSeconds = this.failed(address);
    if (retryAfterSeconds === undefined) return;
    throw new ProblemError('RATE_LIMITED', 'Too many failed attempts from this address.', { retryAfterSeconds });
  }

  /** The seconds to wait when there were too many, otherwise undefined. */
  private failed(address: string): number | undefined {
    const key = addressKey(address);
    const { taken, bucket, waitMs } = takeToken(this.buckets.get(key), PER_ADDRESS, this.clock.now());
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > MAX_ADDRESSES && oldest !== undefined) this.buckets.delete(oldest);
    return taken ? undefined : Math.ceil(waitMs / 1000);
  }
}
