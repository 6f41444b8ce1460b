import type { TierName } from '../../metrics/metric-store.port.js';

/** Where a metric's raw samples stand in Heapster's schema. */
export interface MetricPlace {
  readonly measurement: string;
  readonly field: string;
}

/** The names of the two schemas of Heapster's sink, both ways (kubernetes-retired/heapster e1e8341, metrics/sinks/influxdb/influxdb.go). */
export interface MetricPlaces {
  of(metric: string): MetricPlace;
  metricAt(place: MetricPlace): string;
}

export const VALUE_FIELD = 'value';

const BY_MEASUREMENT: MetricPlaces = {
  of: (metric) => ({ measurement: metric, field: VALUE_FIELD }),
  metricAt: ({ measurement }) => measurement,
};

/** Heapster's `withfields`: the measurement is the text before the first `/`, the field the rest; `uptime`, which has none, keeps the field `value`. */
const BY_FIELD: MetricPlaces = {
  of(metric) {
    const slash = metric.indexOf('/');
    if (slash < 0) return { measurement: metric, field: VALUE_FIELD };
    return { measurement: metric.slice(0, slash), field: metric.slice(slash + 1) };
  },
  metricAt: ({ measurement, field }) => (field === VALUE_FIELD ? measurement : `${measurement}/${field}`),
};

/** @param withFields `INFLUX_WITHFIELDS`; a store that was written in one way is read in that way */
export const metricPlaces = (withFields: boolean): MetricPlaces => (withFields ? BY_FIELD : BY_MEASUREMENT);

/** The bucket of a tier: `k8s`, `k8s_5m` and `k8s_1h`. */
export const bucketOf = (bucket: string, tier: TierName): string => (tier === 'raw' ? bucket : `${bucket}_${tier}`);
