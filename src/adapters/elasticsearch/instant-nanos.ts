const MS_NS = 1_000_000n;
/** The first and last instant of a `date_nanos` field: 1970 and 2262. */
export const FIRST_NS = 0n;
export const LAST_NS = 2n ** 63n - 1n;

/** RFC 3339 in UTC with nanoseconds, as Elasticsearch's `strict_date_optional_time_nanos` reads it; beyond what `date_nanos` holds the nearest that it holds. */
export function isoOf(ns: bigint): string {
  const held = ns < FIRST_NS ? FIRST_NS : ns > LAST_NS ? LAST_NS : ns;
  const ms = new Date(Number(held / MS_NS)).toISOString();
  return `${ms.slice(0, -1)}${String(held % MS_NS).padStart(6, '0')}Z`;
}

/** Nanoseconds since the epoch of what `isoOf` wrote, also where zeros at the end of the fraction are left out. */
export function nanosOf(iso: string): bigint {
  const [, seconds = '', fraction = ''] = /^([^.Z]+)(?:\.(\d{1,9}))?Z$/.exec(iso) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * MS_NS + BigInt(fraction.padEnd(9, '0'));
}
