import { describe, expect, it } from '@jest/globals';
import { refusalsOf, type ComparedObject } from './compared-object.js';

const compared = (fields: Partial<ComparedObject>, kind = 'Deployment'): ComparedObject => ({
  diff: {
    ref: { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, namespace: 'shop', name: 'web' },
    action: 'change',
    fields: [],
  },
  conflicts: [],
  ...fields,
});
const conflicts = [{ manager: 'kubectl-edit', field: '.spec.replicas' }];
const immutable = { reason: 'immutable', message: 'spec.selector: field is immutable.' };
const no = { force: false, replace: false };

describe('why an object is not applied', () => {
  it.each<[string, ComparedObject, { force: boolean; replace: boolean }, string | undefined]>([
    ['nothing against it', compared({}), no, undefined],
    ['nobody owns it', compared({ owner: 'nobody' }), no, 'belongs to no release; `force: true`'],
    ['nobody owns it, forced', compared({ owner: 'nobody' }), { ...no, force: true }, undefined],
    ['another release', compared({ owner: { name: 'the release x' } }), no, 'belongs to the release x'],
    [
      'another release, forced',
      compared({ owner: { name: 'the release x' } }),
      { force: true, replace: true },
      'belongs to the release x',
    ],
    ['conflicts', compared({ conflicts }), no, '.spec.replicas belongs to kubectl-edit; `force: true`'],
    ['conflicts, forced', compared({ conflicts }), { ...no, force: true }, undefined],
    ['an immutable field', compared({ refusal: immutable }), { ...no, force: true }, '`replace: true` deletes it'],
    [
      'an immutable field, replaced, of which others own some',
      compared({ refusal: immutable, conflicts }),
      { ...no, replace: true },
      '.spec.replicas belongs to kubectl-edit; `force: true`',
    ],
    [
      'an immutable field, replaced with force',
      compared({ refusal: immutable, conflicts }),
      { force: true, replace: true },
      undefined,
    ],
    ['an immutable field, replaced', compared({ refusal: immutable }), { ...no, replace: true }, undefined],
    [
      'a claim is never replaced',
      compared({ refusal: immutable }, 'PersistentVolumeClaim'),
      { force: true, replace: true },
      'never deleted',
    ],
    [
      'a webhook',
      compared({ refusal: { reason: 'admission', message: 'policy.example denied it' } }),
      { force: true, replace: true },
      'policy.example denied it',
    ],
  ])('%s', (_, object, allowed, text) => {
    const refusals = refusalsOf([object], allowed);
    if (text === undefined) expect(refusals).toEqual([]);
    else expect(refusals).toEqual([expect.stringContaining(text)]);
  });
});
