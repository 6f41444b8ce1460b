import { KubeConfig, type KubernetesObject, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import { KubernetesClusterObjects } from '../../src/adapters/kubernetes/cluster-objects.kubernetes.js';
import type { ObjectRef } from '../../src/stacks/core/manifest-object.js';
import type { ClusterObjectsSetUp } from '../contract/cluster-objects.contract.js';
import { apiOf, TestFolder } from './cluster-client.js';

/** Nothing listens there. */
const NOWHERE = 'https://127.0.0.1:1';

/** The objects of the cluster that a kubeconfig names, and those of one that does not answer. */
export function clusterObjectsOf(kubeconfig: string): Omit<ClusterObjectsSetUp, 'namespace'> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const folder = new TestFolder();
  const elsewhere = new KubeConfig();
  elsewhere.loadFromClusterAndUser({ name: 'away', server: NOWHERE, skipTLSVerify: false }, { name: 'nobody' });
  const api = apiOf(kubeconfig);
  const nowhere = apiOf(folder.write('away', elsewhere.exportConfig()));
  return {
    objects: new KubernetesClusterObjects(api, Date.now),
    away: new KubernetesClusterObjects(nowhere, Date.now),
    editAs: async (manager, ref, patch) => editAs(config, manager, ref, patch),
    stop: async () => {
      await Promise.all([api.close(), nowhere.close()]);
      folder.remove();
    },
  };
}

async function editAs(config: KubeConfig, manager: string, ref: ObjectRef, patch: object): Promise<void> {
  const { apiVersion, kind, name, namespace = '' } = ref;
  const { metadata } = patch as { metadata?: object };
  const body: KubernetesObject = { ...patch, apiVersion, kind, metadata: { ...metadata, name, namespace } };
  const api = KubernetesObjectApi.makeApiClient(config);
  await api.patch(body, undefined, undefined, manager, undefined, PatchStrategy.MergePatch);
}
