/** The resources that can be managed, in the order in which they are judged. */
export const MANAGED_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;
export type ManagedResource = (typeof MANAGED_RESOURCES)[number];

/** An amount for each of some resources, in billionths of a core or byte. */
export type Amounts = Readonly<Partial<Record<ManagedResource, bigint>>>;

/** What `n` counts. Pods and containers are those of pods that are not Succeeded or Failed; cores are what nodes have to give (allocatable), whole ones. */
export const COUNTED = ['nodes', 'pods', 'containers', 'cores'] as const;
export type Counted = (typeof COUNTED)[number];

/** How one resource is sized, in billionths. */
export interface ResourceSizing {
  /** Of the estimators that count. */
  readonly baseNanos: bigint;
  /** For each of what is counted. */
  readonly extraNanos: bigint;
  readonly minNanos?: bigint;
  readonly maxNanos?: bigint;
}

/** From what an amount is estimated. */
export type Estimator =
  /** `base + extra x n`; with buckets n is raised to the next of them, beyond the last it is n itself. */
  | { readonly type: 'linear'; readonly of: Counted; readonly buckets: readonly number[] }
  /** As `linear`, with n raised to the next size of a series that begins at `minClusterSize` and grows by half. */
  | { readonly type: 'exponential'; readonly of: Counted; readonly minClusterSize: number }
  /** The 95th percentile of the container's use over a span, of the pod that uses most, and so many percent more. */
  | { readonly type: 'measured'; readonly spanMs: number; readonly headroomPercent: number };

/** When what is set is near enough to the estimate to be left alone. */
export type ResizeRule =
  /** By the share of the estimate that is set; two different percentages keep an amount from going up and down at an edge. */
  | { readonly type: 'threshold'; readonly upPercent: number; readonly downPercent: number }
  /** By what so many percent fewer or more nodes (or what is counted) would get: outside of the accepted range, the nearer edge of the recommended one is set. */
  | { readonly type: 'range'; readonly recommendationPercent: number; readonly acceptancePercent: number };

/** Where amounts are set. */
export type Side = 'requests' | 'limits';

/** How a container is to be sized. */
export interface ResizerSpec {
  readonly resources: Readonly<Partial<Record<ManagedResource, ResourceSizing>>>;
  readonly estimator: Estimator;
  readonly rule: ResizeRule;
  /** All of these get the same amount. */
  readonly sides: readonly Side[];
  /** Since the last change, or since the resizer was made. */
  readonly scaleUpDelayMs: number;
  readonly scaleDownDelayMs: number;
}

/** What is estimated from: how many there are, or what is used. */
export type ResizeInputs = { readonly n: number } | { readonly use: Amounts };
