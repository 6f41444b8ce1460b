import type { ManifestObject } from '../../../core/manifest-object.js';

/** Something that must be given or changed before anything can be rendered. */
export interface Missing {
  /** A JSON pointer into the request. */
  readonly pointer: string;
  /** What to give, and why it cannot be known. */
  readonly detail: string;
}

/** A file of a node. */
export interface PlannedFile {
  readonly path: string;
  /** `0600`. */
  readonly mode: string;
  /** What is in it: a manifest, or a text. */
  readonly content: ManifestObject | string;
  /** Who puts it there: an agent (or you), `kubeadm join`, or you alone. */
  readonly writtenBy: 'agent' | 'kubeadm' | 'you';
  readonly purpose: string;
  /** Files that must be on the node before. */
  readonly mustExist: readonly string[];
}

/** A command, and what it is for. */
export interface PlannedCommand {
  readonly command: string;
  readonly purpose: string;
}

/** What happens on one node. */
export interface NodePlan {
  readonly node: string;
  readonly address?: string;
  readonly files: readonly PlannedFile[];
  readonly commands: readonly PlannedCommand[];
}

/** How a control plane gets more nodes. */
export interface HaPlan {
  /** Once, on a node of the control plane, before all others. */
  readonly first: readonly PlannedCommand[];
  /** One node after the other. */
  readonly nodes: readonly NodePlan[];
  /** Afterwards; the purpose says what must come out. */
  readonly checks: readonly PlannedCommand[];
  readonly notes: readonly string[];
}
