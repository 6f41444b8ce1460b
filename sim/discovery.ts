import { apiVersionOf, type Resource } from './resources.js';

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

const REVIEWS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'authentication.k8s.io/v1': [['tokenreviews', 'TokenReview']],
  'authorization.k8s.io/v1': [
    ['subjectaccessreviews', 'SubjectAccessReview'],
    ['selfsubjectaccessreviews', 'SelfSubjectAccessReview'],
  ],
};
const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'watch'];

/** The discovery documents: `/version`, `/api`, `/apis`, and the resources of each group; `undefined` for other paths. */
export function findDiscovery(path: string, served: readonly Resource[]): object | undefined {
  if (path === '/version') return VERSION;
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  const versions = [...new Set([...served.map(apiVersionOf), ...Object.keys(REVIEWS)])];
  const groups = [...new Set(versions.filter((version) => version.includes('/')).map((version) => groupName(version)))];
  if (path === '/apis')
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => groupOf(group, versions)) };
  if (path === '/api/v1') return resourceList('v1', served);
  const [, group = '', version] = /^\/apis\/([^/]+)(\/[^/]+)?$/.exec(path) ?? [];
  if (!groups.includes(group)) return undefined;
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group, versions) };
  return versions.includes(group + version) ? resourceList(group + version, served) : undefined;
}

function groupName(groupVersion: string): string {
  return groupVersion.slice(0, groupVersion.indexOf('/'));
}

function groupOf(name: string, all: readonly string[]): object {
  const versions = all
    .filter((groupVersion) => groupVersion.startsWith(`${name}/`))
    .map((groupVersion) => ({ groupVersion, version: groupVersion.slice(name.length + 1) }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(groupVersion: string, served: readonly Resource[]): object {
  const resources = served
    .filter((resource) => apiVersionOf(resource) === groupVersion)
    .map((resource) => ({
      name: resource.plural,
      singularName: resource.kind.toLowerCase(),
      namespaced: resource.isNamespaced,
      kind: resource.kind,
      verbs: VERBS,
    }));
  const reviews = (REVIEWS[groupVersion] ?? []).map(([name, kind]) => ({
    name,
    singularName: '',
    namespaced: false,
    kind,
    verbs: ['create'],
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [...resources, ...reviews] };
}
