/** An instant as the API shows it: RFC 3339, UTC, milliseconds. @param ms since the epoch */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
