import { describe, expect, it } from '@jest/globals';
import type { Caller } from './caller.js';
import { mayCall, type OperationNeeds } from './may-call.js';

const token = (role: Caller['role'], namespaces?: string[]): Caller => ({
  kind: 'token',
  name: 't',
  ...(role ? { role } : {}),
  ...(namespaces ? { namespaces } : {}),
});
const kubernetes = (namespaces?: string[]): Caller => ({
  kind: 'kubernetes',
  name: 'ann',
  ...(namespaces ? { namespaces } : {}),
});
const needs = (role: OperationNeeds['role'], scope: OperationNeeds['scope'], area = 'metrics'): OperationNeeds => ({
  role,
  scope,
  area,
});

describe('mayCall', () => {
  it.each([
    [token('viewer'), needs('viewer', 'cluster'), true, 'role viewer includes viewer'],
    [token('viewer'), needs('operator', 'namespaced'), false, 'role viewer is less than operator'],
    [token('operator'), needs('viewer', 'cluster'), true, 'role operator includes viewer'],
    [token('operator'), needs('admin', 'namespaced'), false, 'role operator is less than admin'],
    [token('admin'), needs('operator', 'cluster'), true, 'role admin includes operator'],
    [token('admin'), needs('admin', 'cluster'), true, 'role admin includes admin'],
    [token(undefined), needs('viewer', 'namespaced'), false, 'the token has no role'],
    [token('admin', ['a', 'b']), needs('viewer', 'cluster'), false, 'limited to namespaces a, b'],
    [token('admin', ['a']), needs('admin', 'namespaced'), true, 'role admin includes admin'],
    [token('viewer', ['a']), needs('operator', 'cluster'), false, 'role viewer is less than operator'],
    [kubernetes(), needs('admin', 'cluster'), true, 'the API server allows it'],
    [kubernetes(['a']), needs('viewer', 'namespaced'), true, 'the API server allows it'],
    [kubernetes(['a']), needs('viewer', 'cluster'), false, 'cluster-wide'],
    [kubernetes([]), needs('viewer', 'cluster'), false, 'limited to no namespace'],
    [kubernetes([]), needs('viewer', 'namespaced'), false, 'in no namespace'],
    [kubernetes([]), needs('viewer', 'namespaced', 'service'), true, 'everyone who is known'],
    [kubernetes([]), needs('viewer', 'cluster', 'service'), false, 'cluster-wide'],
    [kubernetes([]), needs('admin', 'namespaced', 'service'), false, 'in no namespace'],
    [kubernetes([]), needs('anyone', 'cluster'), true, 'anyone'],
  ])('%j calling %j: %s, because %s', (caller, operation, allowed, because) => {
    expect(mayCall(caller, operation)).toEqual({ allowed, because: expect.stringContaining(because) });
  });
});
