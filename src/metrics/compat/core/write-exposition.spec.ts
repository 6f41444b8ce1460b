import { describe, expect, it } from '@jest/globals';
import { openMetricsLabels } from './open-metrics-labels.js';
import { type ExposedFamily, type ExposedSample, writeExposition } from './write-exposition.js';

const counter = (samples: Iterable<ExposedSample>): ExposedFamily => ({
  name: { family: 'x_bytes', sample: 'x_bytes_total', type: 'counter', unit: 'bytes' },
  help: 'Says "x" \\ and\ny.',
  samples,
});

describe('an exposition', () => {
  it('is OpenMetrics: the family without _total, its unit, seconds, and an end that shows that it is whole', () => {
    const text = [...writeExposition([counter([{ labels: 'a="b"', value: 1.5, atMs: 1_500 }])], 'openmetrics')].join(
      '',
    );
    expect(text).toBe(
      '# TYPE x_bytes counter\n# UNIT x_bytes bytes\n# HELP x_bytes Says \\"x\\" \\\\ and\\ny.\nx_bytes_total{a="b"} 1.5 1.5\n# EOF\n',
    );
  });

  it("is Prometheus' text: the samples' name, no unit, milliseconds", () => {
    const text = [...writeExposition([counter([{ labels: '', value: 1e21, atMs: 1_500 }])], 'prometheus')].join('');
    expect(text).toBe(
      '# HELP x_bytes_total Says "x" \\\\ and\\ny.\n# TYPE x_bytes_total counter\nx_bytes_total 1e+21 1500\n',
    );
  });

  it('does not name a family without samples', () => {
    expect([...writeExposition([counter([])], 'openmetrics')]).toEqual(['# EOF\n']);
    expect([...writeExposition([counter([])], 'prometheus')]).toEqual(['']);
  });

  it('comes in chunks that are made when they are asked for', () => {
    let made = 0;
    const samples = function* (): Generator<ExposedSample> {
      for (; made < 10_000; made += 1) yield { labels: `n="${made}"`, value: made };
    };
    const chunks = writeExposition([counter(samples())], 'openmetrics');
    const first = chunks.next().value ?? '';
    expect(made).toBeLessThan(4_000);
    const text = first + [...chunks].join('');
    expect(text.match(/^x_bytes_total\{/gm)).toHaveLength(10_000);
    expect(text.match(/^# TYPE/gm)).toHaveLength(1);
  });
});

describe('labels', () => {
  it('say what an object is and where it is, and neither uid nor Kubernetes labels', () => {
    const pod = {
      type: 'pod',
      node: 'n1',
      namespace: 'shop',
      pod: 'web-1',
      podUid: 'u1',
      labels: { app: 'web' },
    } as const;
    expect(openMetricsLabels({ ...pod, workload: 'Deployment/web', resource: '/' })).toBe(
      'object="pod",namespace="shop",pod="web-1",node="n1",workload="Deployment/web",resource="/"',
    );
    expect(openMetricsLabels({ type: 'cluster' })).toBe('object="cluster"');
  });

  it('are escaped', () => {
    expect(openMetricsLabels({ type: 'node', node: 'a\\b"c\nd' })).toBe('object="node",node="a\\\\b\\"c\\nd"');
  });
});
