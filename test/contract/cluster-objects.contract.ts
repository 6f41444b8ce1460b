import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diffObject, type ObjectDiff } from '../../src/stacks/core/diff-object.js';
import { type ManifestObject, type ObjectRef, refOf } from '../../src/stacks/core/manifest-object.js';
import type { ObjectConflictError, ObjectRefusedError } from '../../src/stacks/objects/cluster-objects.errors.js';
import type { ClusterObjects } from '../../src/stacks/objects/cluster-objects.port.js';
import { eventually } from '../support/eventually.js';

/** A cluster for one run of the suite. */
export interface ClusterObjectsSetUp {
  readonly objects: ClusterObjects;
  /** Of an API server that does not answer. */
  readonly away: ClusterObjects;
  /** In which the suite works; it makes it, and takes it away. */
  readonly namespace: string;
  /** Changes an object as `kubectl edit` does, with a JSON merge patch. */
  editAs(manager: string, ref: ObjectRef, patch: object): Promise<unknown>;
  stop(): Promise<void>;
}

const AS = { fieldManager: 'quartermaster' };

export function describeClusterObjects(name: string, open: () => Promise<ClusterObjectsSetUp>): void {
  describe(`the objects of a cluster: ${name}`, () => {
    let at: ClusterObjectsSetUp;
    const objects = (): ClusterObjects => at.objects;
    const configMap = (called: string, data: Record<string, string>, extra: object = {}): ManifestObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: called, namespace: at.namespace, ...extra },
      data,
    });
    const deployment = (called: string, image = 'busybox:1', replicas = 0, key = 'app'): ManifestObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: called, namespace: at.namespace },
      spec: {
        replicas,
        selector: { matchLabels: { [key]: called } },
        template: {
          metadata: { labels: { [key]: called } },
          spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }] }] },
        },
      },
    });
    const refusal = async (act: Promise<unknown>): Promise<ObjectRefusedError> => {
      const error = await act.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect((error as Error | undefined)?.name).toBe('ObjectRefusedError');
      return error as ObjectRefusedError;
    };
    /** What is and what would be, both of one version: a controller may write in between. */
    const compare = async (object: ManifestObject): Promise<ObjectDiff> =>
      eventually('two answers about one version', async () => {
        const live = await objects().get(refOf(object));
        const wouldBe = await objects().apply(object, { ...AS, dryRun: true });
        const isOne = live?.metadata['resourceVersion'] === wouldBe.metadata['resourceVersion'];
        return isOne ? diffObject(live, wouldBe) : undefined;
      });
    const gone = async (ref: ObjectRef): Promise<unknown> =>
      eventually(`${ref.name} to be gone`, async () => (await objects().get(ref)) === undefined);

    beforeAll(async () => {
      at = await open();
      await objects().apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: at.namespace } }, AS);
    });
    afterAll(async () => {
      const ref = { apiVersion: 'v1', kind: 'Namespace', name: at.namespace };
      await objects().delete(ref, undefined);
      await gone(ref);
      await at.stop();
    });

    it('tells how a kind is served', async () => {
      expect(await objects().kindOf('apps/v1', 'Deployment')).toMatchObject({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        plural: 'deployments',
        isNamespaced: true,
      });
      expect(await objects().kindOf('v1', 'Namespace')).toMatchObject({ plural: 'namespaces', isNamespaced: false });
      expect(await objects().kindOf('v1', 'Nothing')).toBeUndefined();
      expect(await objects().kindOf('nothing.example/v1', 'Nothing')).toBeUndefined();
    });

    it('has no object of a name that is not there, and none of a kind that is not served', async () => {
      expect(await objects().get(refOf(configMap('absent', {})))).toBeUndefined();
      const unserved = { apiVersion: 'nothing.example/v1', kind: 'Nothing', namespace: at.namespace, name: 'a' };
      expect(await objects().get(unserved)).toBeUndefined();
      expect(await objects().list(unserved)).toEqual([]);
      expect(await objects().delete(unserved, undefined)).toBe(false);
      const { reason } = await refusal(
        objects().apply({ ...unserved, metadata: { name: 'a', namespace: at.namespace } }, AS),
      );
      expect(reason).toBe('not-served');
    });

    it('creates what is applied, and changes nothing when it is applied again', async () => {
      const first = await objects().apply(configMap('twice', { a: '1' }), AS);
      const again = await objects().apply(configMap('twice', { a: '1' }), AS);
      expect(first.metadata['resourceVersion']).toMatch(/^\d+$/);
      expect(again.metadata['resourceVersion']).toBe(first.metadata['resourceVersion']);
      const live = await objects().get(refOf(first));
      expect(live).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } });
      expect(live?.metadata['managedFields']).toMatchObject([{ manager: 'quartermaster', operation: 'Apply' }]);
    });

    it('has an object that is asked for by a version that is not served any more', async () => {
      const ref = refOf(await objects().apply(deployment('old'), AS));
      expect(await objects().get({ ...ref, apiVersion: 'apps/v1beta1' })).toMatchObject({ apiVersion: 'apps/v1' });
    });

    it('says in a dry run what would be, defaults and all, and changes nothing', async () => {
      const wouldBe = await objects().apply(deployment('dry'), { ...AS, dryRun: true });
      expect(wouldBe).toMatchObject({ spec: { progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate' } } });
      expect(await objects().get(refOf(wouldBe))).toBeUndefined();
    });

    it('shows by a dry run what would change, field by field, with its owner', async () => {
      const ref = refOf(await objects().apply(deployment('compared'), AS));
      expect(await compare(deployment('compared'))).toEqual({ ref, action: 'none', fields: [] });
      expect((await compare(deployment('compared', 'busybox:2'))).fields).toEqual([
        {
          path: 'spec.template.spec.containers[name=web].image',
          before: 'busybox:1',
          after: 'busybox:2',
          owner: 'quartermaster',
        },
      ]);
    });

    it('takes away what is not applied any more, and leaves what others own', async () => {
      const given = configMap('less', { a: '1', b: '2' });
      await objects().apply(given, AS);
      await at.editAs('someone', refOf(given), { data: { c: '3' } });
      const after = await objects().apply(configMap('less', { a: '1' }), AS);
      expect(after['data']).toEqual({ a: '1', c: '3' });
    });

    it('rejects a field that another manager owns, with that manager, and takes it when forced', async () => {
      const given = deployment('disputed');
      await objects().apply(given, AS);
      const wanted = deployment('disputed', 'busybox:3');
      const patch = { metadata: { labels: { by: 'hand' } }, spec: { paused: true, replicas: 0, minReadySeconds: 7 } };
      await at.editAs('kubectl-edit', refOf(given), patch);
      const disputed = { ...wanted, spec: { ...(wanted['spec'] as object), minReadySeconds: 1 } };
      const error = await objects()
        .apply(disputed, AS)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'ObjectConflictError' });
      expect((error as ObjectConflictError).conflicts).toEqual([
        { manager: 'kubectl-edit', field: '.spec.minReadySeconds' },
      ]);
      expect(await objects().get(refOf(given))).toMatchObject({ spec: { minReadySeconds: 7 } });
      const forced = await objects().apply(disputed, { ...AS, force: true });
      expect(forced).toMatchObject({
        spec: { minReadySeconds: 1, paused: true },
        metadata: { labels: { by: 'hand' } },
      });
    });

    it('names the field of an object that is not valid', async () => {
      const broken = deployment('broken');
      const containers = [{ name: 'web' }];
      const spec = {
        ...(broken['spec'] as object),
        template: { metadata: { labels: { app: 'broken' } }, spec: { containers } },
      };
      const error = await refusal(objects().apply({ ...broken, spec }, { ...AS, dryRun: true }));
      expect(error).toMatchObject({
        status: 422,
        reason: 'invalid',
        fields: ['spec.template.spec.containers[0].image'],
      });
    });

    it('tells that a field cannot be changed', async () => {
      await objects().apply(deployment('fixed'), AS);
      const error = await refusal(
        objects().apply(deployment('fixed', 'busybox:1', 0, 'other'), { ...AS, dryRun: true }),
      );
      expect(error).toMatchObject({ reason: 'immutable', fields: ['spec.selector'] });
    });

    it('tells that the namespace is missing', async () => {
      const object = { ...configMap('a', {}), metadata: { name: 'a', namespace: 'there-is-none' } };
      expect(await refusal(objects().apply(object, AS))).toMatchObject({ status: 404, reason: 'namespace-missing' });
    });

    it('tells that the namespace is being deleted, which a finalizer holds up', async () => {
      const ending = `${at.namespace}-ending`;
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ending } };
      await objects().apply(namespace, AS);
      const held = configMap('held', {}, { namespace: ending, finalizers: ['example.com/hold'] });
      await objects().apply(held, AS);
      expect(await objects().delete(refOf(namespace), undefined)).toBe(true);
      const late = configMap('late', {}, { namespace: ending });
      expect(await refusal(objects().apply(late, AS))).toMatchObject({
        status: 403,
        reason: 'namespace-terminating',
      });
      await eventually(
        'the held object to be marked',
        async () => (await objects().get(refOf(held)))?.metadata['deletionTimestamp'],
      );
      await at.editAs('someone', refOf(held), { metadata: { finalizers: null } });
      await gone(refOf(namespace));
    });

    it('lists by namespace and label, in the order of the names', async () => {
      for (const [called, tier] of [
        ['l-b', 'x'],
        ['l-a', 'x'],
        ['l-c', 'y'],
      ] as const)
        await objects().apply(configMap(called, {}, { labels: { tier } }), AS);
      const selection = { apiVersion: 'v1', kind: 'ConfigMap', namespace: at.namespace };
      const found = await objects().list({ ...selection, labelSelector: 'tier=x' });
      expect(found.map(({ kind, metadata: { name: called } }) => `${kind} ${called}`)).toEqual([
        'ConfigMap l-a',
        'ConfigMap l-b',
      ]);
      const everywhere = await objects().list({ apiVersion: 'v1', kind: 'ConfigMap', labelSelector: 'tier in (x,y)' });
      expect(everywhere).toHaveLength(3);
      const named = await objects().list({ ...selection, fieldSelector: 'metadata.name=l-c' });
      expect(named.map((object) => object.metadata.name)).toEqual(['l-c']);
    });

    it('deletes the object of this uid alone, and tells when there is none', async () => {
      const live = await objects().apply(deployment('deleted'), AS);
      const wrong = '00000000-0000-4000-8000-000000000000';
      expect(await refusal(objects().delete(refOf(live), wrong))).toMatchObject({ status: 409, reason: 'changed' });
      expect(await objects().delete(refOf(live), live.metadata['uid'] as string)).toBe(true);
      await gone(refOf(live));
      expect(await objects().delete(refOf(live), live.metadata['uid'] as string)).toBe(false);
    });

    it('never cites a Secret in a refusal', async () => {
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'cited', namespace: at.namespace },
        stringData: { pin: 918273645 },
      };
      const error = await refusal(objects().apply(secret, { ...AS, dryRun: true }));
      expect(error.reason).toBe('invalid');
      expect(error.fields).toEqual(['stringData.pin']);
      expect(error.message).not.toContain('918273645');
    });

    it('knows what it may do', async () => {
      const attempt = { group: 'apps', resource: 'deployments', verb: 'patch', namespace: at.namespace };
      expect(await objects().mayI(attempt)).toBe(true);
    });

    it('ends with the reason of its signal', async () => {
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(objects().apply(configMap('aborted', {}), { ...AS, signal })).rejects.toThrow('enough');
      expect(await objects().get(refOf(configMap('aborted', {})))).toBeUndefined();
    });

    it('says that the API server does not answer', async () => {
      const { away } = at;
      const ref = refOf(configMap('a', {}));
      for (const call of [
        () => away.kindOf('v1', 'ConfigMap'),
        () => away.get(ref),
        () => away.list({ apiVersion: 'v1', kind: 'ConfigMap' }),
        () => away.apply(configMap('a', {}), AS),
        () => away.delete(ref, undefined),
        () => away.mayI({ group: '', resource: 'pods', verb: 'get' }),
        () => away.statusOf(at.namespace, 'a', 80, '/'),
      ])
        await expect(call()).rejects.toMatchObject({ name: 'ClusterUnreachableError' });
    });

    it('has no status of a Service that is not there', async () => {
      expect(await objects().statusOf(at.namespace, 'none', 80, '/')).toBeUndefined();
    });
  });
}
