import { describe, expect, it } from '@jest/globals';
import { applySetId, foreignToolOf, membersSaid, parentOf } from './apply-set.js';

const release = { name: 'web', namespace: 'shop' };

describe('the parent of an ApplySet', () => {
  it('has the id that the specification makes of its name, namespace, kind and group', () => {
    // printf 'web.shop.ConfigMap.' | openssl dgst -sha256 -binary | basenc --base64url | tr -d =
    expect(applySetId({ apiVersion: 'v1', kind: 'ConfigMap', name: 'web', namespace: 'shop' })).toBe(
      'applyset-LfI8Vi9Cj-oN7gdQMc0pVAUtzPHQLFbNnE8ILiyJ7TY-v1',
    );
  });

  it('names its members, with their kinds and namespaces, and is read again', () => {
    const members = [
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'system:web' },
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'web' },
    ];
    const parent = parentOf(release, [...members, ...members]);
    expect(parent.metadata.annotations).toMatchObject({
      'applyset.kubernetes.io/contains-group-kinds': 'ClusterRole.rbac.authorization.k8s.io,ConfigMap,Deployment.apps',
      'applyset.kubernetes.io/additional-namespaces': 'kube-system',
    });
    expect(parent.metadata.annotations?.['applyset.kubernetes.io/tooling']).toMatch(/^quartermaster\/v\d/);
    expect(membersSaid(parent)).toEqual(members);
    expect(membersSaid(parentOf(release, []))).toEqual([]);
    expect(membersSaid(undefined)).toEqual([]);
    expect(membersSaid({ ...parent, data: { members: 'not\na b\nv1 ConfigMap a/b/c' } })).toEqual([]);
  });

  it('of another tool is told from our own', () => {
    const parent = parentOf(release, []);
    expect(foreignToolOf(parent)).toBeUndefined();
    const annotations = { 'applyset.kubernetes.io/tooling': 'kubectl/v1.34' };
    expect(foreignToolOf({ ...parent, metadata: { ...parent.metadata, annotations } })).toBe('kubectl/v1.34');
  });
});
