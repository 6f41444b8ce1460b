/**
 * What a policy may remove from a node: rules for images, dead containers, sandboxes and log folders, and the caps of one run. Which nodes,
 * when and how many at once is not said here. Durations are ms, sizes bytes, percentages whole.
 */

/** A text that must be matched as a whole. A glob's `*` and `?` stop at `/`, its `**` does not; a regular expression is RE2's. */
export type TextPattern = { readonly glob: string } | { readonly regex: string };

/**
 * Which images are meant; every criterion given must hold, none means every image. Names are compared in full as Docker normalises them
 * (`nginx` is `docker.io/library/nginx`), of any of the image's references.
 */
export interface ImageMatcher {
  /** The registry's host and port: `docker.io`, `registry.example:5000`. */
  readonly registry?: TextPattern;
  /** The path in the registry: `shop/web`. Official images of Docker Hub are met as `library/nginx` and as `nginx`. */
  readonly repository?: TextPattern;
  readonly tag?: TextPattern;
  /** A range of node-semver that the tag is in: `<2.3.0`, `1.x`. A leading `v` is ignored and `1.25` is read as `1.25.0`. */
  readonly semver?: string;
  /** A Kubernetes label selector on the image's own labels. Only Docker tells them in its list. */
  readonly labels?: string;
  /** The image's id or one of its repository digests: `sha256:...`. */
  readonly digest?: string;
  /** Images without a tag. */
  readonly untagged?: boolean;
}

/** Images that never go. An image is protected when any of its references is met. */
export interface ProtectRule {
  readonly action: 'protect';
  readonly name: string;
  readonly match: ImageMatcher;
  /** Only the newest so many of each repository among them. */
  readonly keepLast?: number;
}

/** Images that go whatever the disk is like, once they have the minimum age. An image is meant only when all of its references are met: removal drops them all. */
export interface RemoveRule {
  readonly action: 'remove';
  readonly name: string;
  readonly match: ImageMatcher;
  /** The newest so many of each repository among them stay, whatever the disk is like. */
  readonly keepLast?: number;
  /** Only what was not used for so long; one that was never used counts from when it was first seen. */
  readonly unusedForMs?: number;
  /** Only what has been on the node for so long. */
  readonly olderThanMs?: number;
}

export type ImageRule = ProtectRule | RemoveRule;

/** How full the disk may be. Where the high mark is reached, images go, least recently used first, until the low mark is. */
export type DiskTarget =
  /** Of the file system that holds images, as the kubelet reckons: usage is rounded up, the high mark included. */
  | { readonly kind: 'percent'; readonly highPercent: number; readonly lowPercent: number }
  /** Used bytes of the file system that holds images. */
  | { readonly kind: 'used'; readonly highBytes: number; readonly lowBytes: number }
  /** All images of a node together, by size. */
  | { readonly kind: 'budget'; readonly maxBytes: number };

/** Where a policy is safer than the kubelet; each is a weakness of it. `false` everywhere is the kubelet to the letter. */
export interface SaferOptions {
  /** The age phase asks the ledger, which survives restarts, and does not wait until the collector was up for the maximum age. */
  readonly durableUse: boolean;
  /** What a removal frees counts by the bytes that only this image holds, where the runtime tells, not by its reported size. */
  readonly uniqueBytes: boolean;
  /** The minimum age counts from the last use too, so that an image whose pod has just stopped stays. */
  readonly minAgeFromLastUse: boolean;
  /** An image that was never used counts as used when it was first seen; for the kubelet it is always too old and goes first. */
  readonly neverUsedAgesFromFirstSeen: boolean;
  /** A failure in the age phase does not keep the space phase from running. */
  readonly spaceAfterAgeFailure: boolean;
}

export interface ImagePolicy {
  readonly rules: readonly ImageRule[];
  /** How long an image stays after it was first seen; 0: no time. */
  readonly minAgeMs: number;
  /** Unused for longer than this goes whatever the disk is like; 0: off. */
  readonly maxAgeMs: number;
  /** The largest shortfall of them counts; none: nothing goes for the disk's sake. */
  readonly targets: readonly DiskTarget[];
  readonly safer: SaferOptions;
}

/** Containers that were started by hand on the node and may go once they have exited; without a rule they stay. */
export interface ByHandRule {
  readonly name: string;
  /** The runtime's name of the container. */
  readonly container: TextPattern;
  /** How long ago it must have exited. */
  readonly exitedForMs: number;
}

/** Dead containers. A negative count is no limit, 0 keeps none. */
export interface ContainerPolicy {
  readonly minAgeMs: number;
  /** Dead instances of each container of a pod. */
  readonly maxPerPodContainer: number;
  /** Dead containers of the node. */
  readonly maxContainers: number;
  /** The minimum age counts from the exit; for the kubelet from the creation. */
  readonly ageFromExit: boolean;
  readonly byHand: readonly ByHandRule[];
}

/** The most that one run takes from one node. What is absent is not capped. */
export interface RunCaps {
  readonly images?: number;
  readonly bytes?: number;
  /** From the first attempt on; when that is over an attempt that goes on removes nothing more. */
  readonly seconds?: number;
}

/** What may be removed. An absent part is left alone. */
export interface GcPolicy {
  readonly images?: ImagePolicy;
  readonly containers?: ContainerPolicy;
  /** Sandboxes that hold no container and are not their pod's newest. */
  readonly sandboxes: boolean;
  /** Log folders of pods that are gone, and dead links to logs. */
  readonly logs: boolean;
  readonly caps: RunCaps;
}
