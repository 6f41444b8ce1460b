import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../../platform/version.js';
import { METRICS } from '../../core/metric-catalogue.js';
import { describeMetrics } from './describe-metrics.js';
import { withPrometheusNames } from './with-prometheus-names.js';

const pageOf = (name: string): string => readFileSync(join(packageRoot(), 'docs', name), 'utf8');

describe('docs/metrics.md', () => {
  it('is what `npm run docs` writes', () => {
    expect(pageOf('metrics.md')).toBe(describeMetrics());
  });

  it('names every metric', () => {
    const page = describeMetrics();
    expect(METRICS.filter(({ name }) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/prometheus.md', () => {
  it('has the names that `npm run docs` writes', () => {
    expect(pageOf('prometheus.md')).toBe(withPrometheusNames(pageOf('prometheus.md')));
  });

  it('is refused when it has no place for them', () => {
    expect(() => withPrometheusNames('# Prometheus\n')).toThrow('lacks the line');
  });
});
