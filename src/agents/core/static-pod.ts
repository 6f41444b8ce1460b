/** What an agent is asked to do with the manifests of its node's static pods. A change is asked for under an id of the asker's: the same id again is the same change. */
export type StaticPodOrder =
  | ({ readonly do: 'install' } & StaticPodInstall)
  | ({ readonly do: 'remove' | 'putBack' } & StaticPodRemoval)
  | { readonly do: 'confirm' | 'restore'; readonly changeId: string };

/** To install a manifest, or to put it in the place of the one that is there. */
export interface StaticPodInstall {
  /** Chosen by the asker (1 to 150 of letters, digits, `_.:-`), one for each change that is wanted. */
  readonly changeId: string;
  /** Its name in the folder of static pods, such as `kube-scheduler.yaml`: no path, no dot at its beginning. */
  readonly fileName: string;
  /** One Pod of v1 as YAML, at most 64 KiB. */
  readonly manifest: string;
  /** Absolute paths of what must be on the node beforehand, such as `/etc/kubernetes/scheduler.conf`; at most 20. */
  readonly mustExist: readonly string[];
  /** After so long the agent undoes the change by itself, unless it was confirmed: a second to an hour. */
  readonly confirmWithinMs: number;
}

/** To take a manifest away (one that is not there is as good as taken away), or to put back what was there before all changes of it that stayed. */
export type StaticPodRemoval = Pick<StaticPodInstall, 'changeId' | 'fileName' | 'confirmWithinMs'>;

/**
 * `pending`: made, or about to be, and undone at its deadline unless it is confirmed. `confirmed`: it stays. `restored`: what was there before is there again (nothing, where nothing was).
 * `left`: the file is neither what was written nor what was there before, so somebody else changed it; it was not touched.
 */
export const STATIC_POD_STATES = ['pending', 'confirmed', 'restored', 'left'] as const;
export type StaticPodState = (typeof STATIC_POD_STATES)[number];

export const MAX_MANIFEST_BYTES = 64 * 1024;

/** A change of one manifest, as its agent told it last. */
export interface StaticPodChange {
  readonly changeId: string;
  readonly fileName: string;
  readonly state: StaticPodState;
  /** Whether a manifest of that name was there before. */
  readonly replaced: boolean;
  /** Whether one is there when the change stays: not after a removal, nor when nothing was there before what is put back. */
  readonly keepsManifest: boolean;
  /** Why it is in that state, as a sentence: `it was not confirmed within 60s`. */
  readonly because: string;
}

/** Whether a manifest may have that name: no path, and no dot at its beginning, for the kubelet does not read such files. */
export function isFileName(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,199}$/.test(text);
}
