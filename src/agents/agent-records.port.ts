/** What `AGENT_ALLOW` of an agent may name: `inventory` allows the tasks `inventory` and `machine`, `gc` allows `remove`, `static-pods` allows `static-pod`. */
export type AgentAllowance = 'inventory' | 'gc' | 'static-pods';

/** What an agent says of itself when it begins. */
export interface AgentHello {
  readonly node: string;
  /** Random for each start of the program: two agents of one node (in a rolling update) are told apart by it. */
  readonly instance: string;
  /** Of the agent's program. */
  readonly version: string;
  readonly runtime: { readonly name: string; readonly version: string };
  /** Why the runtime cannot be reached; absent when it can. */
  readonly runtimeAway?: string;
  readonly allows: readonly AgentAllowance[];
}

/** An agent as the records know it: the one that said hello last on its node. */
export interface Agent extends AgentHello {
  /** When it said hello, and when it was last heard of; ms since the epoch, the server's clock. */
  readonly helloAtMs: number;
  readonly lastSeenAtMs: number;
}

/**
 * The agents, one a node.
 *
 * Contract: what resolved is durable. A hello replaces what stood for its node. Instants only go forward. Lists are by node name, by code unit.
 */
export abstract class AgentRecords {
  abstract hello(agent: AgentHello, atMs: number): Promise<void>;
  /** Notes that these were heard of; a node without an agent is left out. */
  abstract seen(nodes: readonly string[], atMs: number): Promise<void>;
  /** Those of the nodes that have one. */
  abstract find(nodes: readonly string[]): Promise<readonly Agent[]>;
  /** @param after the node of the last row of the page before */
  abstract list(limit: number, after?: string): Promise<readonly Agent[]>;
  /** How many there are, and how many of them were heard of since then. */
  abstract count(sinceMs: number): Promise<{ readonly known: number; readonly seen: number }>;
  /** Removes at most `limit` agents that were last heard of before then; tells how many. */
  abstract trim(lastSeenBeforeMs: number, limit: number): Promise<number>;
}
