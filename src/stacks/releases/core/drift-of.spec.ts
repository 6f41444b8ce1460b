import { describe, expect, it } from '@jest/globals';
import type { ComparedObject } from './compared-object.js';
import { describeDrift, driftOf, RESIZER } from './drift-of.js';

const compared = (
  name: string,
  action: ComparedObject['diff']['action'],
  fields: ComparedObject['diff']['fields'] = [],
  rest: Partial<ComparedObject> = {},
): ComparedObject => ({
  diff: { ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name }, action, fields },
  conflicts: [],
  ...rest,
});

describe('drift', () => {
  it('is what is gone, changed by others or taken away, and nothing else', () => {
    const drifted = driftOf([
      compared('same', 'none'),
      compared('gone', 'create'),
      compared('edited', 'change', [{ path: 'data.a', before: 'x', after: 'y', owner: 'kubectl-edit' }]),
      compared('resized', 'change', [{ path: 'spec.cpu', before: 2, after: 1, owner: RESIZER }]),
      compared('taken', 'none', [], { owner: { name: 'the release x' } }),
    ]);
    expect(drifted.map(({ diff }) => diff.ref.name)).toEqual(['gone', 'edited', 'taken']);
    expect(describeDrift(drifted)).toBe(
      'ConfigMap shop/gone (missing), ConfigMap shop/edited (data.a), ConfigMap shop/taken (labels)',
    );
  });

  it('leaves out of an object what the resizer has set', () => {
    const [object] = driftOf([
      compared('both', 'change', [
        { path: 'spec.cpu', owner: RESIZER },
        { path: 'spec.replicas', owner: 'kubectl' },
      ]),
    ]);
    expect(object?.diff.fields.map(({ path }) => path)).toEqual(['spec.replicas']);
  });
});
