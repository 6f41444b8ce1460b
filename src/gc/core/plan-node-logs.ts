/** Log folders of pods that are gone, and dead links to logs. What a pod that is there has written stays, whatever its containers are like. */
import type { InventoryContainer, InventoryLog, InventorySandbox } from '../../agents/core/inventory.js';
import type { Judged } from './judged.js';
import type { NodeState } from './node-state.js';
import { MAY_BE_NEWS_MS, type PodFate } from './pod-fates.js';

type Why = readonly [goes: boolean, because: string];

/** @param left containers and sandboxes that the plan leaves */
export function planNodeLogs(
  { inventory }: NodeState,
  fateOf: (podUid: string) => PodFate,
  left: readonly (readonly (InventoryContainer | InventorySandbox)[])[],
): Judged {
  if (inventory.logs.length === 0) return { remove: [], kept: [] };
  const held = new Set<string>();
  for (const ofKind of left) for (const { pod } of ofKind) if (pod) held.add(pod.podUid);
  const judge = (log: InventoryLog): Why => {
    if (log.modifiedAtMs > inventory.takenAtMs - MAY_BE_NEWS_MS) return [false, 'It was written to less than 2m ago.'];
    if (log.kind === 'deadLink') return [true, 'It is a link to a log that is gone.'];
    if (!log.pod) return [false, 'Its name does not tell which pod it is of.'];
    const { podUid } = log.pod;
    if (fateOf(podUid) !== 'gone') return [false, 'Its pod is there.'];
    return held.has(podUid)
      ? [false, 'The runtime still has something of its pod.']
      : [true, 'Its pod is gone from the API server.'];
  };
  const judged = inventory.logs.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map((log) => ({ log, why: judge(log) }));
  const common = ({ path, sizeBytes }: InventoryLog, because: string) => ({
    key: `log/${path}`,
    name: path,
    rule: 'built-in/logs',
    because,
    sizeBytes,
  });
  return {
    remove: judged
      .filter(({ why: [goes] }) => goes)
      .map(({ log, why: [, because] }) => ({
        ...common(log, because),
        target: { kind: 'log', path: log.path, sizeBytes: log.sizeBytes },
      })),
    kept: judged
      .filter(({ why: [goes] }) => !goes)
      .map(({ log, why: [, because] }) => ({ ...common(log, because), kind: 'log' })),
  };
}
