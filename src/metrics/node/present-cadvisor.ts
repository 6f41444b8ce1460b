import type { Resources } from '../../cluster/core/cluster-objects.js';
import type { Moment, NodeEntry } from '../core/node/node-entries.js';
import { toCadvisorSpec } from '../core/node/to-cadvisor-spec.js';
import { toCadvisorStats } from '../core/node/to-cadvisor-stats.js';
import type { CadvisorContainer } from './cadvisor.schema.js';

const ALIASES_OF = 'kubernetes';

/**
 * Entries as cAdvisor's ContainerInfo, one a path: of pods of the same name that one which is there, else that which was measured last.
 *
 * @param all every entry of the node, among which those below each are found
 * @param capacity of the node
 * @param mostStats the newest ones are taken
 */
export function presentCadvisorContainers(
  entries: readonly NodeEntry[],
  capacity: Resources,
  mostStats: number,
): CadvisorContainer[] {
  const byPath = new Map<string, NodeEntry>();
  for (const entry of entries) {
    const other = byPath.get(entry.path);
    if (!other || rank(entry) > rank(other)) byPath.set(entry.path, entry);
  }
  const below = Map.groupBy(byPath.values(), parentOf);
  return [...byPath.values()].map((entry) => {
    const children = below.get(entry.path)?.map(({ path }) => ({ name: path }));
    return {
      name: entry.path,
      ...aliasesOf(entry),
      ...(children ? { subcontainers: children } : {}),
      spec: toCadvisorSpec(entry, capacity),
      stats: entry.moments.slice(-mostStats).map((moment) => statsOf(entry, moment)),
    };
  });
}

/** What core gives is read-only, which answers are not. */
function statsOf({ object }: NodeEntry, moment: Moment): CadvisorContainer['stats'][number] {
  const { network, filesystem, ...stats } = toCadvisorStats(object.type, moment);
  const { interfaces, ...traffic } = network ?? { name: '' };
  return {
    ...stats,
    ...(network ? { network: { ...traffic, ...(interfaces ? { interfaces: [...interfaces] } : {}) } } : {}),
    ...(filesystem ? { filesystem: [...filesystem] } : {}),
  };
}

function rank({ known, moments }: NodeEntry): number {
  return known ? Infinity : (moments.at(-1)?.atMs ?? 0);
}

/** Containers belong to their pod, all else to the node, which belongs to nothing. */
function parentOf({ path, object }: NodeEntry): string {
  if (object.type === 'node') return '';
  return object.type === 'pod_container' ? path.slice(0, path.lastIndexOf('/')) : '/';
}

function aliasesOf({ object }: NodeEntry): Pick<CadvisorContainer, 'aliases' | 'namespace'> {
  const { type, namespace, pod, container } = object;
  if (type === 'node') return {};
  const alias = type === 'sys_container' ? container : [namespace, pod, container].filter(Boolean).join('/');
  return { aliases: [alias ?? ''], namespace: ALIASES_OF };
}
