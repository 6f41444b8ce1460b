/**
 * The names of what runs on a node, as paths. cAdvisor's were those of cgroups, which kubelets' summaries do not tell; these stay the same whatever the runtime and
 * the cgroup driver: `/` the node, `/system/<name>`, `/pods/<namespace>/<pod>`, `/pods/<namespace>/<pod>/<container>`. A pod that was made again under the same
 * name has the same path.
 */
import type { MetricObject } from '../sample.js';

/** What a path names: one thing, or (`/system`, `/pods`, `/pods/<namespace>`) all that is below. */
export interface PathSelector {
  readonly kind: 'all' | 'system' | 'pods';
  /** The name of a system container. */
  readonly name?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
}

export const ROOT = '/';

/** The path of a measured object; of a resource, that of what has it. */
export function pathOf({ type, namespace = '', pod = '', container = '' }: MetricObject): string {
  if (type === 'sys_container') return `/system/${container}`;
  if (type === 'pod') return `/pods/${namespace}/${pod}`;
  if (type === 'pod_container') return `/pods/${namespace}/${pod}/${container}`;
  return ROOT;
}

/** Reads a path with or without slashes around it; undefined when nothing can be named so. */
export function parsePath(path: string): PathSelector | undefined {
  const [kind, ...names] = path.split('/').filter((part) => part !== '');
  if (kind === undefined) return { kind: 'all' };
  const [first, second, third] = names;
  if (kind === 'system' && names.length <= 1) return { kind, ...named('name', first) };
  if (kind !== 'pods' || names.length > 3) return undefined;
  return { kind, ...named('namespace', first), ...named('pod', second), ...named('container', third) };
}

function named<Key extends string>(key: Key, name: string | undefined): { [K in Key]?: string } {
  return (name === undefined ? {} : { [key]: name }) as { [K in Key]?: string };
}

/** Whether a path names this object or something above it. */
export function isBelow({ type, namespace, pod, container }: MetricObject, selector: PathSelector): boolean {
  if (selector.kind === 'all') return true;
  if (selector.kind === 'system') {
    return type === 'sys_container' && (selector.name === undefined || selector.name === container);
  }
  return (
    (type === 'pod' || type === 'pod_container') &&
    (selector.namespace === undefined || selector.namespace === namespace) &&
    (selector.pod === undefined || selector.pod === pod) &&
    (selector.container === undefined || selector.container === container)
  );
}
