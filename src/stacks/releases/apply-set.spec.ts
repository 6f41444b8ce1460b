import { describe, expect, it } from '@jest/globals';
import { applySetId, contentsOf, foreignToolOf, parentOf } from './apply-set.js';

const release = { name: 'web', namespace: 'shop' };

describe('the parent of an ApplySet', () => {
  it('has the id that the specification makes of its name, namespace, kind and group', () => {
    // printf 'web.shop.ConfigMap.' | openssl dgst -sha256 -binary | basenc --base64url | tr -d =
    expect(applySetId({ apiVersion: 'v1', kind: 'ConfigMap', name: 'web', namespace: 'shop' })).toBe(
      'applyset-LfI8Vi9Cj-oN7gdQMc0pVAUtzPHQLFbNnE8ILiyJ7TY-v1',
    );
  });

  it('says which kinds and namespaces its members are of, and is read again', () => {
    const contents = {
      kinds: [
        { apiVersion: 'apps/v1', kind: 'Deployment' },
        { apiVersion: 'v1', kind: 'ConfigMap' },
      ],
      namespaces: ['kube-system', 'shop'],
    };
    const parent = parentOf(release, contents);
    expect(parent.metadata.annotations).toMatchObject({
      'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap,Deployment.apps',
      'applyset.kubernetes.io/additional-namespaces': 'kube-system',
    });
    expect(parent.metadata.annotations?.['applyset.kubernetes.io/tooling']).toMatch(/^quartermaster\/v\d/);
    expect(contentsOf(parent)).toEqual({ kinds: contents.kinds, namespaces: ['kube-system'] });
    expect(contentsOf(undefined)).toEqual({ kinds: [], namespaces: [] });
  });

  it('of another tool is told from our own', () => {
    const parent = parentOf(release, { kinds: [], namespaces: [] });
    expect(foreignToolOf(parent)).toBeUndefined();
    const annotations = { 'applyset.kubernetes.io/tooling': 'kubectl/v1.34' };
    expect(foreignToolOf({ ...parent, metadata: { ...parent.metadata, annotations } })).toBe('kubectl/v1.34');
  });
});
