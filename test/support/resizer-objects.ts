import type { ManifestObject, ObjectRef } from '../../src/stacks/core/manifest-object.js';
import { deployment } from './release-objects.js';

/** An estimator that takes any cluster of up to 16 nodes for one of 16. */
export const SIXTEEN_NODES = { type: 'exponential', of: 'nodes', minClusterSize: 16 };
/** The figures that Heapster ran with. */
export const HEAPSTER = { cpu: { base: '80m', extra: '0.5m' }, memory: { base: '140Mi', extra: '4Mi' } };
/** What they come to for 16 nodes. */
export const FOR_SIXTEEN = { cpu: '88m', memory: '204Mi' };

/** A Deployment. */
export const deploymentRef = (name: string, namespace = 'shop'): ObjectRef => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace,
  name,
});
/** A resizer of the container `web` of the Deployment of its name. */
export const resizerOf = (name: string, more: object = {}) => ({
  name,
  target: { kind: 'Deployment', namespace: 'shop', name, container: 'web' },
  estimator: SIXTEEN_NODES,
  resources: HEAPSTER,
  ...more,
});

/** A Deployment whose container `web` has these resources. */
export function sizedDeployment(name: string, resources: object, namespace = 'shop'): ManifestObject {
  const object = deployment(name, 'web:1', 1, namespace);
  const containers = [{ name: 'web', image: 'web:1', resources }];
  const template = { metadata: { labels: { app: name } }, spec: { containers } };
  return { ...object, spec: { ...(object['spec'] as object), template } };
}
