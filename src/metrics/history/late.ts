/** Buckets and days are left open for so long after their end, for samples that come late. */
export const LATE_MS = 15 * 60_000;
