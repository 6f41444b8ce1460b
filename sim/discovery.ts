import { RESOURCES } from './resources.js';

const VERSION = {
  major: '1',
  minor: '34',
  emulationMajor: '1',
  emulationMinor: '34',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '33',
  gitVersion: 'v1.34.1',
  gitCommit: 'simulated',
  gitTreeState: 'clean',
  buildDate: '2025-09-09T19:36:29Z',
  goVersion: 'go1.24.6',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const GROUPS = ['apps', 'batch', 'events.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io'];
const REVIEWS: Readonly<Record<string, [string, string]>> = {
  'authentication.k8s.io': ['tokenreviews', 'TokenReview'],
  'authorization.k8s.io': ['subjectaccessreviews', 'SubjectAccessReview'],
};

/** The discovery documents: `/version`, `/api`, `/apis`, and the resources of each group; `undefined` for other paths. */
export function findDiscovery(path: string): object | undefined {
  if (path === '/version') return VERSION;
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS.map(groupOf) };
  if (path === '/api/v1') return resourceList('');
  const [, group, version] = /^\/apis\/([^/]+)(\/v1)?$/.exec(path) ?? [];
  if (!group || !GROUPS.includes(group)) return undefined;
  return version ? resourceList(group) : { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
}

function groupOf(name: string): object {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
}

function resourceList(group: string): object {
  const review = REVIEWS[group];
  const resources = RESOURCES.filter((resource) => resource.group === group).map((resource) => ({
    name: resource.plural,
    singularName: resource.kind.toLowerCase(),
    namespaced: resource.isNamespaced,
    kind: resource.kind,
    verbs: ['get', 'list', 'watch'],
  }));
  const reviews = review
    ? [{ name: review[0], singularName: '', namespaced: false, kind: review[1], verbs: ['create'] }]
    : [];
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? 'v1' : `${group}/v1`,
    resources: [...resources, ...reviews],
  };
}
