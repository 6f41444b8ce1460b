import { describePrometheusNames } from './describe-metrics.js';

const BEGIN = '<!-- Made by `npm run docs` from src/metrics/core/catalogue; do not edit from here on. -->';

/** `docs/prometheus.md` with the present table of names at its end; all before it is written by hand. @throws Error when the mark is missing */
export function withPrometheusNames(page: string): string {
  const begin = page.indexOf(BEGIN);
  if (begin < 0) throw new Error(`The page lacks the line ${BEGIN}`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${describePrometheusNames()}`;
}
