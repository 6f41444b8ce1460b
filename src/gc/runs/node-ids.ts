import { createHash } from 'node:crypto';

/** The id of the agent's task for one attempt at a node of a run: the same however often a handler runs, and short enough whatever the node's name. */
export function nodeTaskId(run: string, node: string, attempt: number): string {
  const name = node.length <= 100 ? node : createHash('sha256').update(node).digest('hex');
  return `gc-${run}-${name}-${attempt}`;
}

/** The id of the job of such an attempt. */
export function nodeJobId(run: string, position: number, attempt: number): string {
  return `${run}.${position}.${attempt}`;
}
