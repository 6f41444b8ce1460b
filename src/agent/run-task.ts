import type { AgentAllowance } from '../agents/agent-records.port.js';
import type { AgentEndBody, AgentTaken } from '../agents/agent-wire.schema.js';
import type { TaskKind } from '../agents/core/task.js';
import type { AgentNode } from './agent-node.js';
import { AttemptLostError } from './agent-server.port.js';
import { shortReason } from './core/short-reason.js';
import { RemoveItems } from './remove-items.js';
import type { StaticPodKeeper } from './static-pods/static-pod-keeper.js';
import type { TaskReporter } from './task-reporter.js';

/** Which allowance each kind of task takes. */
const NEEDS: Readonly<Record<TaskKind, AgentAllowance>> = {
  inventory: 'inventory',
  machine: 'inventory',
  remove: 'gc',
  'static-pod': 'static-pods',
};

/** What a task is carried out with. */
export interface TaskContext {
  readonly nodeName: string;
  readonly node: AgentNode;
  readonly allows: ReadonlySet<AgentAllowance>;
  /** Of an agent that may change them. */
  readonly staticPods?: StaticPodKeeper;
  readonly reporter: TaskReporter;
  readonly stop: AbortSignal;
}

/**
 * Carries out a task, and tells how it ended. What the agent's own settings do not allow is refused, whatever the server says.
 * @throws AttemptLostError
 */
export async function runTask(task: AgentTaken, context: TaskContext): Promise<Omit<AgentEndBody, 'attempt'>> {
  const needed = NEEDS[task.kind];
  if (!context.allows.has(needed))
    return { outcome: 'refused', error: `AGENT_ALLOW of this agent does not name ${needed}` };
  try {
    return await carryOut(task, context);
  } catch (error) {
    if (error instanceof AttemptLostError) throw error;
    if (context.stop.aborted) return { outcome: 'handedBack' };
    return { outcome: 'failed', error: shortReason((error as Error).message) };
  }
}

async function carryOut(
  { kind, order, staticPod, endsInMs }: AgentTaken,
  { node, nodeName, staticPods, reporter, stop }: TaskContext,
): Promise<Omit<AgentEndBody, 'attempt'>> {
  if (kind === 'inventory')
    return { outcome: 'done', inventory: await sent<'inventory'>(node.takeInventory(nodeName)) };
  if (kind === 'machine') return { outcome: 'done', machine: await sent<'machine'>(node.readMachine()) };
  if (kind === 'static-pod') {
    if (!staticPods || !staticPod) throw new Error('the task has no order, or the agent no folder of static pods');
    await staticPods.carryOut(staticPod);
    return { outcome: 'done' };
  }
  if (!order) throw new Error('the task has no order');
  return new RemoveItems(node, order, reporter, { stop, endsInMs }).run();
}

/** The same, as the body's type has it: that does not say that nobody writes to it. */
async function sent<Field extends 'inventory' | 'machine'>(found: Promise<object>) {
  return (await found) as NonNullable<AgentEndBody[Field]>;
}
