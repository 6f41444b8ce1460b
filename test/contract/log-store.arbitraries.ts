import * as fc from 'fast-check';
import { parseLabelSelector } from '../../src/core/label-selector.js';
import {
  EXACT_KEYS,
  FIELD_COMPARISONS,
  type LogCondition,
  type LogFilter,
} from '../../src/logs/core/filter/log-filter.js';
import { tokensOf } from '../../src/logs/core/filter/tokens.js';
import { LOG_LEVELS } from '../../src/logs/core/log-level.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { SECOND_NS, T0_NS } from '../support/log-records.js';

const WORDS = [
  'GET',
  'get',
  'error',
  'Error:',
  'time_out',
  'Straße',
  'ÄRGER',
  '请求',
  '10.0.0.7',
  'user=42',
  "o'neil",
  '100%',
  'a_b',
  'C:\\temp',
  '"quoted"',
  '\n\tat',
  '\u001b[31mred',
];
const FIELD_VALUES = ['500', '500.0', '5e2', '+7', '.5', '-3', 'GET', 'true', '', 'x', 500, 404, 0.5, -3, true, false];
const FIELD_NAMES = ['status', 'http.status', 'a/b~c', 'quote"d', 'ok'];
const NAMESPACES = ['prod', 'test', 'kube-system'];

/** Few values of each part, so that random filters find some. */
const message = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(' '));
const fields = fc.dictionary(fc.constantFrom(...FIELD_NAMES), fc.constantFrom(...FIELD_VALUES), { maxKeys: 3 });
const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'n'), fc.constantFrom('web', 'db', '5'), { maxKeys: 2 });

const ofPod = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  pod: fc.constantFrom('web-1', 'web-2', 'db-0'),
  podUid: fc.constantFrom('u1', 'u2'),
  container: fc.constantFrom('main', 'sidecar'),
  containerId: fc.constantFrom('c1', 'c2'),
  restart: fc.constantFrom(0, 3),
  node: fc.constantFrom('node-1', 'node-2'),
  workload: fc.constantFrom('Deployment/web', 'StatefulSet/db'),
  labels,
});
const partOfPod = fc.record(
  { namespace: fc.constantFrom(...NAMESPACES), pod: fc.constantFrom('web-1'), labels },
  { requiredKeys: [] },
);
const ofNode = fc.record({ node: fc.constantFrom('node-1'), unit: fc.constantFrom('kubelet', '/var/log/syslog') });
const line = fc.record(
  {
    stream: fc.constantFrom('stdout', 'stderr'),
    level: fc.constantFrom(...LOG_LEVELS),
    fields: fields.filter((some) => Object.keys(some).length > 0),
    cutBytes: fc.constantFrom(17),
  },
  { requiredKeys: [] },
);

/** Records within three minutes of `T0_NS`, many with the same time. */
export const someRecords = (most: number): fc.Arbitrary<LogRecord[]> =>
  fc.array(
    fc
      .tuple(fc.oneof(ofPod, ofPod, partOfPod, ofNode), line, message, fc.nat(170), fc.constantFrom(0, 0, 1), fc.nat(2))
      .map(([origin, rest, text, seconds, nanos, sequence]): LogRecord => {
        const timeNs = T0_NS + BigInt(seconds) * SECOND_NS + BigInt(nanos);
        const source = 'pod' in origin ? ('kubernetes' as const) : ('bulk' as const);
        return { timeNs, observedNs: timeNs + 5n, message: text, sequence, source, ...origin, ...rest };
      }),
    { minLength: 1, maxLength: most },
  );

const exact = fc
  .tuple(
    fc.constantFrom(...EXACT_KEYS),
    fc.subarray(
      [...NAMESPACES, 'web-1', 'u2', 'main', 'c1', 'node-1', 'Deployment/web', 'kubelet', 'stderr', 'error', 'bulk'],
      { minLength: 1 },
    ),
  )
  .map(([key, values]): LogCondition => ({ kind: 'exact', key, values }));
const selector = fc
  .constantFrom('app=web', 'app!=web', '!tier', 'app in (web,db),tier', 'n>3', 'app notin (db)')
  .map((text): LogCondition => ({ kind: 'labels', selector: text, matches: parseLabelSelector(text) }));
const tokens = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 })
  .map((words) => tokensOf(words.join(' ')))
  .filter((found) => found.length > 0);
const text = fc.oneof(
  tokens.map((found): LogCondition => ({ kind: 'words', tokens: found })),
  tokens.map((found): LogCondition => ({ kind: 'phrase', tokens: found })),
  fc
    .constantFrom('error', '(?i)ERROR', '^GET', 'GET$', 'GET.*at', '(?s)GET.*at', '\\bget\\b', '[0-9]{2,}', 'a|请', '%')
    .map((pattern): LogCondition => ({ kind: 'regex', pattern })),
);
const field = fc
  .tuple(fc.constantFrom(...FIELD_NAMES), fc.constantFrom(...FIELD_COMPARISONS), fc.constantFrom(...FIELD_VALUES))
  .map(([name, comparison, value]): LogCondition => ({
    kind: 'field',
    name,
    comparison,
    ...(comparison === 'exists' ? {} : { value }),
  }));

const terms = fc.array(fc.record({ condition: fc.oneof(exact, selector, text, field), isNegated: fc.boolean() }), {
  maxLength: 3,
});

/** Filters of any conditions, with and without a limit to namespaces. */
export const someFilter: fc.Arbitrary<LogFilter> = fc.record(
  { terms, visibleNamespaces: fc.subarray(NAMESPACES) },
  { requiredKeys: ['terms'] },
);
