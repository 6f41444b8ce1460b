/**
 * The names of the cluster's namespaces, for the callers whose rights the API server knows only namespace by namespace.
 *
 * Contract: answers from what is known without asking the cluster; rejects when nothing is known yet.
 */
export abstract class KnownNamespaces {
  abstract names(): Promise<readonly string[]>;
}
