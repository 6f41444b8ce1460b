/** The label by which objects and selectors of one release are told from those of another. */
export const INSTANCE_LABEL = 'app.kubernetes.io/instance';

/**
 * A document whose labels `app.kubernetes.io/instance` all have the release's name: those of objects, of pods and of selectors alike, so that two releases of
 * one stack select their own pods. Where a file leaves the label out, nothing is added.
 */
export function stampInstance(node: unknown, release: string): unknown {
  if (Array.isArray(node)) return node.map((item: unknown) => stampInstance(item, release));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === INSTANCE_LABEL ? release : stampInstance(value, release)]),
  );
}
