/** How a policy is carried out: on which nodes, when, how many at once. What it may remove says `GcPolicy`. */

/** Orders in which nodes are taken: by name, or the one with the fullest disk first. */
export const NODE_ORDERS = ['name', 'fullest'] as const;
export type NodeOrder = (typeof NODE_ORDERS)[number];

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A time of day on some days, in which removals may begin. One that ends before it begins goes over midnight and belongs to the day it begins on. */
export interface MaintenanceWindow {
  readonly days: readonly Weekday[];
  /** Minutes after midnight, 0 to 1439. */
  readonly fromMinute: number;
  /** Minutes after midnight, 1 to 1440; not included. */
  readonly toMinute: number;
  /** IANA name. */
  readonly timeZone: string;
}

/** A disk that is fuller than this starts a run on its node. */
export interface DiskTrigger {
  /** Of the file system's capacity, from the collected metrics. */
  readonly abovePercent?: number;
  readonly aboveBytes?: number;
}

export interface GcExecution {
  /** A label selector; absent: every node. */
  readonly nodeSelector?: string;
  /** Only these; absent: every node. */
  readonly nodeNames?: readonly string[];
  readonly nodesAtOnce: number;
  readonly nodeOrder: NodeOrder;
  readonly isDryRun: boolean;
  /** How long a run may take in all, nodes that are away included. */
  readonly deadlineMs: number;
  readonly imagesPerMinute: number;
  /** None: at any time. */
  readonly windows: readonly MaintenanceWindow[];
  readonly disk?: DiskTrigger;
  /** Who is told of each run. */
  readonly notify: { readonly event: boolean; readonly webhook: boolean };
}
