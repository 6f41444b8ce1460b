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
    [token('viewer'), needs('operator', 'namespaced'), false, 'role viewer does not include operator'],
    [token('operator'), needs('viewer', 'cluster'), true, 'role operator includes viewer'],
    [token('operator'), needs('admin', 'namespaced'), false, 'role operator does not include admin'],
    [token('admin'), needs('operator', 'cluster'), true, 'role admin includes operator'],
    [token('admin'), needs('admin', 'cluster'), true, 'role admin includes admin'],
    [token(undefined), needs('viewer', 'namespaced'), false, 'the token has no role'],
    [token('ingest'), needs('ingest', 'namespaced'), true, 'role ingest includes ingest'],
    [token('ingest', ['a']), needs('ingest', 'namespaced'), true, 'role ingest includes ingest'],
    [token('ingest'), needs('viewer', 'namespaced', 'service'), false, 'role ingest does not include viewer'],
    [token('ingest'), needs('admin', 'cluster'), false, 'role ingest does not include admin'],
    [token('ingest'), needs('agent', 'cluster'), false, 'only agents'],
    [token('viewer'), needs('ingest', 'namespaced'), false, 'role viewer does not include ingest'],
    [token('operator'), needs('ingest', 'namespaced'), true, 'role operator includes ingest'],
    [kubernetes(['a']), needs('ingest', 'namespaced', 'logs'), true, 'the API server allows it'],
    [kubernetes([]), needs('ingest', 'namespaced', 'logs'), false, 'in no namespace'],
    [token('admin', ['a', 'b']), needs('viewer', 'cluster'), false, 'limited to namespaces a, b'],
    [token('admin', ['a']), needs('admin', 'namespaced'), true, 'role admin includes admin'],
    [token('viewer', ['a']), needs('operator', 'cluster'), false, 'role viewer does not include operator'],
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
