import { describe, expect, it } from '@jest/globals';
import { METRICS, metricsOf, metricsOfObject } from '../../src/metrics/core/metric-catalogue.js';
import { toOpenMetricsName } from '../../src/metrics/compat/core/to-open-metrics-name.js';
import type { MetricObject } from '../../src/metrics/core/sample.js';
import { startExpositionApi } from '../support/exposition-api.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { noCycles, T0 } from '../support/metric-api.js';
import { lintExposition, parseExposition } from '../support/parse-exposition.js';
import { aCluster, aContainer, aFullSample, aNamespace, aNode, aPod, aSysContainer } from '../support/samples.js';

/** What would break a line, a label or the parser that is not careful. */
const NASTY = 'a\\b"c\nd},{é\u{1F680} \\n # EOF';
/** One object of each kind, and of each family of its resources. */
const OBJECTS: readonly MetricObject[] = [
  aCluster(),
  aNamespace(),
  ...[aNode(), aPod(), aContainer(), aSysContainer()].flatMap((object) => [
    object,
    ...[
      '/',
      `Volume:${NASTY}`,
      'Interface:eth0',
      'Claim:data',
      'Extended:nvidia.com/gpu',
      `Custom:sockets{of=${NASTY}}`,
    ].map((resource) => ({
      ...object,
      resource,
    })),
  ]),
  aPod({ pod: NASTY, workload: `Deployment/${NASTY}` }),
];
const FILLED = OBJECTS.filter((object) => metricsOfObject(object).length > 0);
const VALUES = FILLED.reduce((sum, object) => sum + metricsOfObject(object).length, 0);

async function expose(accept: string): Promise<string> {
  const store = new MemoryMetricStore();
  const scopes = Map.groupBy(FILLED, ({ node = '' }) => node);
  const filled = [...scopes].map(([scope, objects]) => ({
    scope,
    samples: objects.map((object, index) => aFullSample(object, index * 1000.25)),
  }));
  await store.writer.append(T0 + 1, filled);
  const app = await startExpositionApi(store.reader, noCycles, () => T0 + 1000);
  const { body } = await app.inject({ url: '/metrics/cluster', headers: { accept } });
  await app.close();
  return body;
}

describe('every metric of every kind of object', () => {
  it("is read by the strict OpenMetrics parser of Prometheus' Python client, with name, type, unit and time", async () => {
    const families = parseExposition(await expose('application/openmetrics-text'), 'openmetrics');
    const expected = METRICS.filter(({ objects }) => objects.length > 0).map((metric) => toOpenMetricsName(metric));
    expect(families.map(({ name, type, unit }) => ({ name, type, unit }))).toEqual(
      expected.map(({ family, type, unit = '' }) => ({ name: family, type, unit })),
    );
    const samples = families.flatMap((family) => family.samples);
    expect(samples).toHaveLength(VALUES);
    expect(new Set(samples.map(({ at }) => at))).toEqual(new Set([(T0 + 1) / 1000]));
    const pods = samples.filter(({ labels }) => labels['pod'] === NASTY);
    expect(pods).toHaveLength(metricsOf('pod').length);
    expect(pods[0]?.labels).toEqual({
      object: 'pod',
      namespace: 'prod',
      pod: NASTY,
      node: 'node-1',
      workload: `Deployment/${NASTY}`,
    });
  });

  it("is read as Prometheus' text format, in which promtool finds nothing wrong", async () => {
    const text = await expose('text/plain');
    const samples = parseExposition(text, 'prometheus').flatMap((family) => family.samples);
    expect(samples).toHaveLength(VALUES);
    expect(samples.filter(({ labels }) => labels['workload'] === `Deployment/${NASTY}`)).toHaveLength(
      metricsOf('pod').length,
    );
    expect(lintExposition(text)).toBe('');
  });
});
