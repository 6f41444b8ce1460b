const NS_PER_SECOND = 1_000_000_000n;

/** RFC 3339 in UTC with nine digits of a second. @param ns since the epoch, before the year 10000 */
export function isoOfNs(ns: bigint): string {
  const beyond = ((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
  const second = new Date(Number((ns - beyond) / 1_000_000n)).toISOString().slice(0, -'.000Z'.length);
  return `${second}.${String(beyond).padStart(9, '0')}Z`;
}
