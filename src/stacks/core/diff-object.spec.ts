import { describe, expect, it } from '@jest/globals';
import { type FieldChange, diffObject } from './diff-object.js';
import type { ManifestObject } from './manifest-object.js';

const OWNED = {
  'f:metadata': { 'f:labels': { 'f:app.kubernetes.io/name': {} }, 'f:finalizers': { '.': {}, 'v:"a/b"': {} } },
  'f:spec': {
    'f:replicas': {},
    'f:selector': {},
    'f:template': {
      'f:spec': {
        'f:containers': {
          'k:{"name":"web"}': {
            '.': {},
            'f:name': {},
            'f:image': {},
            'f:args': {},
            'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
          },
          'k:{"name":"side"}': { '.': {}, 'f:name': {}, 'f:image': {} },
        },
      },
    },
  },
};
const OTHERS = { 'f:spec': { 'f:paused': {} } };
const managed = (manager: string, fieldsV1: object, subresource?: string): object => ({
  manager,
  operation: 'Apply',
  fieldsV1,
  ...(subresource ? { subresource } : {}),
});

function deployment(spec: object, containers: readonly object[], metadata: object = {}): ManifestObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      managedFields: [
        managed('quartermaster', OWNED),
        managed('kubectl-edit', OTHERS),
        managed('controller', { 'f:spec': { 'f:replicas': {} } }, 'status'),
      ],
      ...metadata,
    },
    spec: { ...spec, template: { spec: { containers } } },
  };
}
const web = (extra: object = {}): object => ({ name: 'web', image: 'web:1', ...extra });
const fields = (live: ManifestObject, wouldBe: ManifestObject): readonly FieldChange[] =>
  diffObject(live, wouldBe).fields;

describe('the difference between an object and what it would be', () => {
  it('is none when only what the API server writes differs', () => {
    const live = deployment({}, [web()], { uid: 'a', generation: 1, resourceVersion: '1', creationTimestamp: 'x' });
    const wouldBe = { ...deployment({}, [web()], { generation: 2, managedFields: [] }), status: { replicas: 1 } };
    expect(diffObject(live, wouldBe)).toEqual({
      ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      action: 'none',
      fields: [],
    });
  });

  it('is a creation or a deletion as a whole', () => {
    const object = deployment({}, [web()]);
    expect(diffObject(undefined, object)).toMatchObject({ action: 'create', fields: [] });
    expect(diffObject(object, undefined)).toMatchObject({ action: 'delete', fields: [] });
    expect(() => diffObject(undefined, undefined)).toThrow();
  });

  it('names items by the keys that the API server tells them apart by, whatever their order', () => {
    const before = deployment({}, [
      { name: 'side', image: 's:1' },
      web({ ports: [{ containerPort: 80, protocol: 'TCP' }] }),
    ]);
    const after = deployment({}, [
      web({ image: 'web:2', ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }] }),
      { name: 'more', image: 'm:1' },
    ]);
    const at = 'spec.template.spec.containers';
    expect(fields(before, after)).toEqual([
      { path: `${at}[name=more]`, after: { name: 'more', image: 'm:1' } },
      { path: `${at}[name=side]`, before: { name: 'side', image: 's:1' }, owner: 'quartermaster' },
      { path: `${at}[name=web].image`, before: 'web:1', after: 'web:2', owner: 'quartermaster' },
      { path: `${at}[name=web].ports[containerPort=80,protocol=TCP].name`, after: 'http' },
    ]);
  });

  it('tells who owns a field now: its managers but not those of the status, that of the whole, nobody', () => {
    const before = deployment(
      { replicas: 1, paused: true, selector: { matchLabels: { a: 'b' } }, minReadySeconds: 0 },
      [],
    );
    const after = deployment({ replicas: 2, selector: { matchLabels: { a: 'c' } }, minReadySeconds: 1 }, []);
    expect(fields(before, after)).toEqual([
      { path: 'spec.minReadySeconds', before: 0, after: 1 },
      { path: 'spec.paused', before: true, owner: 'kubectl-edit' },
      { path: 'spec.replicas', before: 1, after: 2, owner: 'quartermaster' },
      { path: 'spec.selector.matchLabels.a', before: 'b', after: 'c', owner: 'quartermaster' },
    ]);
  });

  it('compares a list that is one whole by place when it is as long, and as one value when not', () => {
    const before = deployment({}, [web({ args: ['a', 'b'] })]);
    const path = 'spec.template.spec.containers[name=web].args';
    expect(fields(before, deployment({}, [web({ args: ['a', 'c'] })]))).toEqual([
      { path: `${path}[1]`, before: 'b', after: 'c', owner: 'quartermaster' },
    ]);
    expect(fields(before, deployment({}, [web({ args: ['a'] })]))).toEqual([
      { path, before: ['a', 'b'], after: ['a'], owner: 'quartermaster' },
    ]);
  });

  it('names the values of a set, and quotes names that are no plain words', () => {
    const before = deployment({}, [], { finalizers: ['a/b'], labels: { 'app.kubernetes.io/name': 'x' } });
    const after = deployment({}, [], { finalizers: [], labels: { 'app.kubernetes.io/name': 'y', constructor: 'z' } });
    expect(fields(before, after)).toEqual([
      { path: 'metadata.finalizers["a/b"]', before: 'a/b', owner: 'quartermaster' },
      { path: 'metadata.labels.constructor', after: 'z' },
      { path: 'metadata.labels["app.kubernetes.io/name"]', before: 'x', after: 'y', owner: 'quartermaster' },
    ]);
  });

  it('falls back to the place when two items have the same key', () => {
    const twice = (image: string): ManifestObject => deployment({}, [web(), web({ image })]);
    expect(fields(twice('a'), twice('b')).map(({ path }) => path)).toEqual(['spec.template.spec.containers[1].image']);
  });

  it('shows of a Secret which keys differ, and no value', () => {
    const secret = (data: object | undefined, annotation?: string): ManifestObject => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 's',
        ...(annotation ? { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': annotation } } : {}),
      },
      ...(data ? { data } : {}),
    });
    const changes = [
      ...fields(secret({ a: 'S1', b: 'S2' }, 'S5'), secret({ a: 'S3', c: 'S4' }, 'S6')),
      ...fields(secret(undefined), secret({ a: 'S7' }, 'S8')),
      ...fields(secret({ a: 'S9' }), secret(undefined)),
    ];
    expect(changes.map(({ path }) => path)).toEqual([
      'data.a',
      'data.b',
      'data.c',
      'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
      'data',
      'metadata.annotations',
      'data',
    ]);
    expect(changes[0]).toEqual({ path: 'data.a', before: '(hidden)', after: '(hidden)' });
    expect(changes[4]).toEqual({ path: 'data', after: { a: '(hidden)' } });
    expect(JSON.stringify(changes)).not.toMatch(/S\d/);
  });
});
