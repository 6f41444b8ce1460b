import type { Resource } from './resources.js';

/** What a request to the API server asks for. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The path's own parts; absent for paths that name no known resource. */
  readonly target?: ApiTarget;
}

export interface ApiTarget {
  readonly resource: Resource;
  /** Empty for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  /** Empty for a list. */
  readonly name: string;
  readonly subresource: string;
  /** What follows `proxy`, with its slash. */
  readonly rest: string;
}

/** Takes a request's line apart, by what is served. */
export function parseApiRequest(method: string, url: string, resources: readonly Resource[]): ApiRequest {
  const { pathname, searchParams } = new URL(url, 'https://localhost');
  const target = parseTarget(pathname, resources);
  return { method, path: pathname, query: searchParams, ...(target ? { target } : {}) };
}

function parseTarget(path: string, resources: readonly Resource[]): ApiTarget | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/(v\w+)\/(.+)$/.exec(path);
  if (!match) return undefined;
  const [, group = '', version, deeper = ''] = match;
  const parts = deeper.split('/').map(decodeURIComponent);
  const isScoped = parts[0] === 'namespaces' && parts.length >= 3;
  const [namespace = '', [plural, name = '', subresource = '', ...rest]] = isScoped
    ? [parts[1], parts.slice(2)]
    : ['', parts];
  const resource = resources.find(
    (known) => known.group === group && known.version === version && known.plural === plural,
  );
  if (!resource || (isScoped && !resource.isNamespaced)) return undefined;
  return { resource, namespace, name, subresource, rest: `/${rest.join('/')}` };
}
