import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';

/** A ConfigMap of a test. */
export function configMap(name: string, data: Record<string, string> = {}, namespace = 'shop'): ManifestObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

/** A Deployment of a test. */
export function deployment(name: string, image = 'web:1', replicas = 1, namespace = 'shop'): ManifestObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
    },
  };
}

/** A claim of a test. */
export function volumeClaim(name: string, namespace = 'shop'): ManifestObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
}
