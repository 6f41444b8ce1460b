import { CLUSTER_PLACE } from '../../core/query/cluster-place.js';
import type { LogPosition } from './log-position.js';

const POSITION = /^([a-z0-9-]{1,63})=(\d{1,19})\.(\d{1,10})$/;

/** How far each container's log of a pod was read, as the ids of a stream hold it. @param positions by the container's name */
export function writeClusterArrival(positions: ReadonlyMap<string, LogPosition>): string {
  const parts = [...positions].map(([name, { timeNs, sequence }]) => `${name}=${timeNs}.${sequence}`);
  return `${CLUSTER_PLACE}${parts.join(' ')}`;
}

/** @returns undefined when it is no such text */
export function readClusterArrival(text: string): Map<string, LogPosition> | undefined {
  if (!text.startsWith(CLUSTER_PLACE)) return undefined;
  const positions = new Map<string, LogPosition>();
  for (const part of text.slice(CLUSTER_PLACE.length).split(' ')) {
    if (part === '') continue;
    const [, name, timeNs, sequence] = POSITION.exec(part) ?? [];
    if (name === undefined || timeNs === undefined) return undefined;
    positions.set(name, { timeNs: BigInt(timeNs), sequence: Number(sequence) });
  }
  return positions;
}
