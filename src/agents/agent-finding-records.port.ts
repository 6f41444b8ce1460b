import type { Finding, FindingHead, FindingKind } from './agent-finding.js';

/** The newest inventory and machine of each node; they are written with the end of their task (`AgentWorkRecords.finish`). */
export abstract class AgentFindingRecords {
  /** @param nodes a bounded set: bodies are some hundred kilobytes each */
  abstract find(kind: FindingKind, nodes: readonly string[]): Promise<readonly Finding[]>;
  /** When each was made, without what: of all nodes, by node name. */
  abstract heads(kind: FindingKind): Promise<readonly FindingHead[]>;
  /** Removes at most `limit` that were received before then; tells how many. */
  abstract trim(receivedBeforeMs: number, limit: number): Promise<number>;
}
