/** A token bucket: `tokens` that were there at `atMs`. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** How many fit in, and how long an empty bucket needs to be full again. */
export interface BucketSize {
  readonly capacity: number;
  readonly refillMs: number;
}

/** What came of taking one token. */
export interface Taken {
  readonly taken: boolean;
  readonly bucket: Bucket;
  /** How long until a token is there again; 0 when one was taken. */
  readonly waitMs: number;
}

/** Takes one token out of a bucket that refills evenly; a new bucket is full. A clock that went back refills nothing. */
export function takeToken(bucket: Bucket | undefined, size: BucketSize, nowMs: number): Taken {
  const perMs = size.capacity / size.refillMs;
  const tokens = bucket
    ? Math.min(size.capacity, bucket.tokens + Math.max(0, nowMs - bucket.atMs) * perMs)
    : size.capacity;
  if (tokens >= 1) return { taken: true, bucket: { tokens: tokens - 1, atMs: nowMs }, waitMs: 0 };
  return { taken: false, bucket: { tokens, atMs: nowMs }, waitMs: Math.ceil((1 - tokens) / perMs) };
}

/**
 * The address that failures are counted for: IPv4 whole, IPv6 by its first 64 bits, for one machine owns all addresses behind them.
 * Texts that are no address count as themselves.
 */
export function addressKey(address: string): string {
  const bare = address.toLowerCase().replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  if (!bare.includes(':')) return bare;
  const [left = '', right] = bare.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...tail];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
