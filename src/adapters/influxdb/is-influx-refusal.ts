import { HttpError } from '@influxdata/influxdb-client';

/** Statuses with which InfluxDB refuses the lines themselves: 422 some of a request (a partial write), 400 and 413 all of it. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([400, 413, 422]);

/** Whether the server says that it will never take these lines: older than it keeps, or a field of another type. */
export function isInfluxRefusal(error: unknown): error is HttpError {
  return error instanceof HttpError && REFUSALS.has(error.statusCode);
}
