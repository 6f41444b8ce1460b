import { HttpError, RequestTimedOutError } from '@influxdata/influxdb-client';
import { NoSuchOrganizationError } from './influx-buckets.js';

/** A sentence without the server's address and its own words. */
export function tellInfluxFailure(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof HttpError) return STATUSES[cause.statusCode] ?? `it answers ${String(cause.statusCode)}`;
  if (cause instanceof NoSuchOrganizationError) return 'the credentials show neither its bucket nor its organization';
  if (cause instanceof RequestTimedOutError) return 'it does not answer in time';
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^[A-Z_0-9]+$/.test(code)
    ? `it cannot be reached (${code})`
    : 'it cannot be reached';
}

const STATUSES: Readonly<Record<number, string>> = {
  401: 'it refuses the credentials (401)',
  403: 'the credentials may not write to its bucket (403)',
  404: 'it has no such organization or bucket (404)',
  429: 'it is asked too much (429)',
  503: 'it is overloaded or starting (503)',
};
