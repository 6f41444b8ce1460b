/** What is told of a node. */
export interface NodeEvent {
  /** Makes it one event however often it is told: lower-case letters, digits, dots and hyphens. */
  readonly name: string;
  readonly node: string;
  readonly type: 'Normal' | 'Warning';
  /** In UpperCamelCase. */
  readonly reason: string;
  readonly message: string;
  readonly atMs: number;
}

/** Kubernetes Events on nodes. */
export abstract class NodeEvents {
  /** Tells; an event of the same name that is there already is left as it is. @throws when the API server refuses or is away */
  abstract tell(event: NodeEvent, signal: AbortSignal): Promise<void>;
}
