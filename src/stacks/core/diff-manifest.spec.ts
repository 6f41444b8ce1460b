import { describe, expect, it } from '@jest/globals';
import { diffManifest } from './diff-manifest.js';
import type { ManifestObject } from './manifest-object.js';

const object = (kind: string, content: object): ManifestObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web', namespace: 'shop' },
  ...content,
});
const live = (kind: string, content: object): ManifestObject => ({
  ...object(kind, content),
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7' },
  status: { phase: 'Bound' },
});

describe('what a manifest says otherwise than it is live', () => {
  it.each<[string, object, object, object[]]>([
    ['nothing', { spec: { a: 1 } }, { spec: { a: 1 } }, []],
    ['not what others have added', { spec: { a: 1, added: true } }, { spec: { a: 1 } }, []],
    ['a field', { spec: { a: 1 } }, { spec: { a: 2 } }, [{ path: 'spec.a', before: 1, after: 2 }]],
    ['a field that is not there', { spec: {} }, { spec: { a: 2 } }, [{ path: 'spec.a', after: 2 }]],
    [
      'fields of items',
      { spec: { claims: [{ size: '1Gi', mode: 'x' }] } },
      { spec: { claims: [{ size: '2Gi' }] } },
      [{ path: 'spec.claims[0].size', before: '1Gi', after: '2Gi' }],
    ],
    [
      'lists of another length',
      { spec: { ports: [1] } },
      { spec: { ports: [1, 2] } },
      [{ path: 'spec.ports', before: [1], after: [1, 2] }],
    ],
  ])('%s', (_, there, given, expected) => {
    expect(diffManifest(live('Thing', there), object('Thing', given))).toEqual(expected);
  });

  it("hides a Secret's values", () => {
    const told = diffManifest(
      live('Secret', { data: { a: 'eA==' } }),
      object('Secret', { data: { a: 'eQ==', b: 'eg==' } }),
    );
    expect(told).toEqual([
      { path: 'data.a', before: '(hidden)', after: '(hidden)' },
      { path: 'data.b', after: '(hidden)' },
    ]);
  });
});
