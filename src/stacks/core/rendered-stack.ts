import type { ManifestObject } from './manifest-object.js';

/** A secret parameter: where its value lives. The value itself is never rendered, recorded or shown. */
export interface SecretKey {
  /** The parameter, such as `adminPassword`. */
  readonly parameter: string;
  /** The Secret in the release's namespace, and the key in it. */
  readonly secret: string;
  readonly key: string;
  /** How many random characters are made when neither the caller nor the cluster has a value; absent: one must be given. */
  readonly generatedLength?: number;
}

/** What a stack comes to with its parameters, for one release. */
export interface RenderedStack {
  readonly stack: string;
  /** The stack's own version. */
  readonly version: string;
  /** In the stack's order; each namespaced object names its namespace. The Secrets of `secrets` are not among them. */
  readonly objects: readonly ManifestObject[];
  readonly secrets: readonly SecretKey[];
  /** Shown after deployment. */
  readonly notes: string;
}
