import { duration, integer, text, variable } from './variables.js';

/** Environment variables: stacks. */
export const STACKS = {
  STACKS_DIR: variable({
    as: 'stacksDir',
    schema: text.optional(),
    group: 'Stacks',
    description:
      'A folder with stacks of your own, each in a folder of its name (`docs/writing-a-stack.md`). Read at start.',
  }),
  DRIFT_CHECK_EVERY: variable({
    as: 'driftCheckEveryMs',
    schema: duration('1m', '1d'),
    default: '15m',
    unit: 'duration',
    group: 'Stacks',
    description: 'How often every release is compared with what was deployed (`GET /api/v1/releases/{release}/drift`).',
  }),
  RELEASES_MAX: variable({
    as: 'releasesMax',
    schema: integer(1, 10_000),
    default: '1000',
    unit: 'releases',
    group: 'Limits',
    description: 'The most releases; one more is refused until one is removed.',
  }),
  RELEASE_REVISIONS_KEPT: variable({
    as: 'releaseRevisionsKept',
    schema: integer(2, 100),
    default: '10',
    unit: 'revisions',
    group: 'Limits',
    description: 'How many revisions of a release are kept to roll back to, besides the deployed one.',
  }),
  RESIZE_INTERVAL: variable({
    as: 'resizeIntervalMs',
    schema: duration('10s', '1h'),
    default: '1m',
    unit: 'duration',
    group: 'Stacks',
    description: 'How often every resizer is evaluated (`docs/resizers.md`).',
  }),
} as const;
