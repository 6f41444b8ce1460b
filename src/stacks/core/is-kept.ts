import { groupOf, type ObjectRef } from './manifest-object.js';

const KEPT = new Set([
  '/Namespace',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  'apiextensions.k8s.io/CustomResourceDefinition',
]);

/** Whether an object holds data, or all objects of a kind or a namespace: prune, rollback, removal and failure policies never delete it. */
export function isKept({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>): boolean {
  return KEPT.has(`${groupOf(apiVersion)}/${kind}`);
}
