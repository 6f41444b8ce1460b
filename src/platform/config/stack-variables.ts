import { parseRegistryAuth } from './parse-registry-auth.js';
import { duration, integer, names, parsed, size, text, variable } from './variables.js';

/** Environment variables: stacks. */
export const STACKS = {
  STACKS_DIR: variable({
    as: 'stacksDir',
    schema: text.optional(),
    group: 'Stacks',
    description:
      'A folder with stacks of your own, each in a folder of its name (`docs/writing-a-stack.md`). Read at start.',
  }),
  STACK_SOURCES: variable({
    as: 'stackSources',
    schema: names
      .refine(
        (hosts) => hosts.every((host) => host === '*' || !host.includes('*')),
        'allowed: hosts, * for all with public addresses, none for no host; no patterns',
      )
      .transform((hosts) => hosts.filter((host) => host !== 'none')),
    default: '*',
    group: 'Stacks',
    description:
      'Hosts that `PUT /api/v1/stacks/{stack}` may fetch from, separated by commas, with a port or without: `*,registry.internal:5000`. `*` stands for all whose addresses are public; a host that is named may have a private address; `none` switches it off. Redirects, token servers and blob stores of registries count too.',
  }),
  STACK_SOURCES_CA_FILE: variable({
    as: 'stackSourcesCaFile',
    schema: text.optional(),
    group: 'Stacks',
    description: 'Certificates of authorities (PEM) that these hosts may have theirs from, besides the usual ones.',
  }),
  STACK_REGISTRY_AUTH: variable({
    as: 'stackRegistryAuth',
    schema: parsed(
      "allowed: Docker's config.json with a user and password for each registry",
      parseRegistryAuth,
    ).optional(),
    secret: true,
    group: 'Stacks',
    description:
      "Users of registries as Docker's `config.json` has them: `STACK_REGISTRY_AUTH_FILE` can name the file of a Secret of type `kubernetes.io/dockerconfigjson`. Each is sent to its own registry alone.",
  }),
  STACK_FETCH_TIMEOUT: variable({
    as: 'stackFetchTimeoutMs',
    schema: duration('1s', '5m'),
    default: '30s',
    unit: 'duration',
    group: 'Stacks',
    description: 'How long fetching one stack may take.',
  }),
  DRIFT_CHECK_EVERY: variable({
    as: 'driftCheckEveryMs',
    schema: duration('1m', '1d'),
    default: '15m',
    unit: 'duration',
    group: 'Stacks',
    description: 'How often every release is compared with what was deployed (`GET /api/v1/releases/{release}/drift`).',
  }),
  STACK_MAX_BYTES: variable({
    as: 'stackMaxBytes',
    schema: size('1Mi', '64Mi'),
    default: '4Mi',
    unit: 'size',
    group: 'Limits',
    description:
      'The most that the files of one stack may have together, and its archive as it is fetched; unpacked, with its headers, half as much again.',
  }),
  STACK_MAX_OBJECTS: variable({
    as: 'stackMaxObjects',
    schema: integer(100, 5_000),
    default: '300',
    unit: 'objects',
    group: 'Limits',
    description: 'The most objects in the files of one stack.',
  }),
  FETCHED_STACKS_MAX: variable({
    as: 'fetchedStacksMax',
    schema: integer(1, 1_000),
    default: '50',
    unit: 'stacks',
    group: 'Limits',
    description: 'The most stacks that are fetched from elsewhere and kept; one more is refused until one is removed.',
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
