/** What can go wrong with the runtime of one node. */
export const RUNTIME_FAULTS = [
  /** Every removal is answered with an error. */
  'removal-fails',
  /** A removal is acknowledged, and the thing stays. */
  'removal-no-effect',
  /** An image that is about to be removed is taken into use right before. */
  'in-use-at-last',
  /** The list of containers cannot be had. */
  'list-fails',
  /** Nothing answers. */
  'runtime-away',
  /** The node's clock is ten minutes ahead. */
  'runtime-clock',
] as const;
export type RuntimeFault = (typeof RUNTIME_FAULTS)[number];

export const RUNTIME_SKEW_MS = 600_000;
