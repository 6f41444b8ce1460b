import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../platform/version.js';
import { describeMetrics } from './core/describe-metrics.js';
import { withPrometheusNames } from './core/with-prometheus-names.js';

// Part of `npm run docs`: writes the pages that are made from the metric catalogue.
const docs = join(packageRoot(), 'docs');
const prometheus = join(docs, 'prometheus.md');
writeFileSync(join(docs, 'metrics.md'), describeMetrics());
writeFileSync(prometheus, withPrometheusNames(readFileSync(prometheus, 'utf8')));
