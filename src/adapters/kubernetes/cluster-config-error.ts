/** The program has no cluster to speak to, or its kubeconfig cannot be used; the message says what to set. */
export class ClusterConfigError extends Error {
  override readonly name = 'ClusterConfigError';

  /** Neither a kubeconfig nor a service account was found. */
  static missing(looked: readonly string[]): ClusterConfigError {
    return new ClusterConfigError(
      `No cluster is configured (looked at ${looked.join(', ')}). Set KUBECONFIG to a kubeconfig file, or run in a pod with a service ` +
        'account. To see Quartermaster without a cluster: npm run demo',
    );
  }
}
