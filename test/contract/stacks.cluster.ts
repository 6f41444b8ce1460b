import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KubernetesClusterObjects } from '../../src/adapters/kubernetes/cluster-objects.kubernetes.js';
import { Log } from '../../src/platform/log.js';
import { loadCatalogue } from '../../src/stacks/catalogue/load-catalogue.js';
import { refOf, refText, type ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { podSecurityOf } from '../../src/stacks/core/pod-security.js';
import { podSpecOf } from '../../src/stacks/core/pod-spec-of.js';
import { apiOf, TestFolder } from '../support/cluster-client.js';
import { eventually } from '../support/eventually.js';
import { RealCluster } from '../support/real-cluster.js';
import { shippedVariants } from '../support/stack-variants.js';
import { USUAL_LIMITS } from '../support/stack-limits.js';

const NAMESPACE = 'quartermaster-stacks-check';
const catalogue = await loadCatalogue({ stacksDir: undefined, ...USUAL_LIMITS }, Log.silent());
const cluster = RealCluster.open();
const folder = new TestFolder();
const api = apiOf(folder.write('kubeconfig', cluster.config.exportConfig()));
const objects = new KubernetesClusterObjects(api, () => Date.now());

/** In the cluster's own words: the object that would be, or why it is refused. */
async function tryOut(object: ManifestObject): Promise<string> {
  try {
    await objects.apply(object, { fieldManager: 'quartermaster', dryRun: true });
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
}

/** A pod as the workload would make it; without its service account, which is not there yet. */
function podOf(object: ManifestObject): ManifestObject | undefined {
  const { serviceAccountName: _, priorityClassName: __, ...spec } = podSpecOf(object) ?? {};
  if (!('containers' in spec)) return undefined;
  const claims =
    (object['spec'] as { volumeClaimTemplates?: { metadata: { name: string } }[] }).volumeClaimTemplates ?? [];
  const volumes = claims.map(({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: object.metadata.name, namespace: NAMESPACE },
    spec: { ...spec, volumes: [...((spec['volumes'] ?? []) as object[]), ...volumes] },
  };
}

describe('the stacks on a real cluster', () => {
  beforeAll(async () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } };
    await objects.apply(namespace, { fieldManager: 'quartermaster' });
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: NAMESPACE, name: 'default' };
    await eventually('the default service account', () => objects.get(account));
  });
  afterAll(async () => {
    await objects.delete({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE }, undefined);
    await api.close();
    folder.remove();
  });

  describe.each(shippedVariants)('$stack, $variant', ({ stack, parameters }) => {
    const rendered = catalogue.render(stack, { release: 'try', namespace: NAMESPACE, parameters });

    it('is accepted whole by a server-side dry run', async () => {
      for (const object of rendered.objects)
        expect({ object: refText(refOf(object)), answer: await tryOut(object) }).toMatchObject({ answer: 'accepted' });
    });

    it('has pods that the cluster itself finds "restricted", but those that we do not', async () => {
      for (const object of rendered.objects) {
        const pod = podOf(object);
        if (!pod) continue;
        const answer = await tryOut(pod);
        const expected =
          podSecurityOf(object)?.level === 'restricted' ? /^accepted$/ : /violates PodSecurity "restricted/;
        expect({ object: refText(refOf(object)), answer }).toMatchObject({ answer: expect.stringMatching(expected) });
      }
    });
  });
});
