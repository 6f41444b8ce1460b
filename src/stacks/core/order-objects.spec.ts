import { describe, expect, it } from '@jest/globals';
import { isKept } from './is-kept.js';
import type { ManifestObject } from './manifest-object.js';
import { orderObjects } from './order-objects.js';

const RBAC = 'rbac.authorization.k8s.io/v1';
const object = (apiVersion: string, kind: string, name = 'a'): ManifestObject => ({
  apiVersion,
  kind,
  metadata: { name },
});

describe('the order of objects', () => {
  it('puts before an object what it needs', () => {
    const given = [
      object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'),
      object('apps/v1', 'Deployment'),
      object('example.com/v1', 'Thing'),
      object('v1', 'PersistentVolumeClaim'),
      object('v1', 'Service'),
      object(RBAC, 'RoleBinding'),
      object(RBAC, 'Role'),
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
      object('v1', 'Namespace'),
    ];
    expect(orderObjects(given).map((phase) => phase.map(({ kind }) => kind).join())).toEqual([
      'Namespace',
      'CustomResourceDefinition',
      'Role',
      'RoleBinding',
      'Service',
      'PersistentVolumeClaim',
      'Deployment',
      'Thing',
      'ValidatingWebhookConfiguration',
    ]);
  });

  it("keeps a stack's own order within a phase, and has no empty ones", () => {
    const names = ['c', 'a', 'b'];
    const phases = orderObjects(
      names.map((name, index) => object('apps/v1', index === 1 ? 'DaemonSet' : 'StatefulSet', name)),
    );
    expect(phases.map((phase) => phase.map(({ metadata }) => metadata.name))).toEqual([names]);
    expect(orderObjects([])).toEqual([]);
  });

  it('tells kinds of the same name in different groups apart', () => {
    const kinds = [object('serving.example.dev/v1', 'Service', 'custom'), object('v1', 'Service', 'core')];
    expect(orderObjects(kinds).map(([first]) => first?.metadata.name)).toEqual(['core', 'custom']);
  });
});

describe('what is kept', () => {
  it.each([
    ['v1', 'Namespace', true],
    ['v1', 'PersistentVolume', true],
    ['v1', 'PersistentVolumeClaim', true],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', true],
    ['v1', 'Secret', false],
    ['apps/v1', 'StatefulSet', false],
    ['example.com/v1', 'Namespace', false],
  ])('%s %s: %s', (apiVersion, kind, kept) => {
    expect(isKept({ apiVersion, kind })).toBe(kept);
  });
});
