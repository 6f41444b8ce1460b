import type { InfluxdbServer } from './influxdb-server.js';

/** Of a metric of the nodes in a bucket: how many points there are at each instant, ms since the epoch. */
export async function pointsAt(
  server: InfluxdbServer,
  bucket: string,
  metric: string,
): Promise<ReadonlyMap<number, number>> {
  const rows = await server.query(
    `from(bucket: "${bucket}") |> range(start: 0) |> filter(fn: (r) => r._measurement == "${metric}" and r.type == "node") |> group()`,
  );
  const counts = new Map<number, number>();
  for (const { _time } of rows) {
    const atMs = Date.parse(String(_time));
    counts.set(atMs, (counts.get(atMs) ?? 0) + 1);
  }
  return counts;
}
