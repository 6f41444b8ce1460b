import { describe, expect, it } from '@jest/globals';
import { KubernetesApiError } from './kubernetes-api-error.js';
import { refusalOf } from './refusal-of.js';

/** Messages as API servers write them. */
const CASES = [
  [
    403,
    'pods "a" is forbidden: User "u" cannot patch resource "pods" in API group "" in the namespace "n"',
    'forbidden',
  ],
  [
    403,
    'roles "a" is forbidden: user "u" (groups=["g"]) is attempting to grant RBAC permissions not currently held:',
    'forbidden',
  ],
  [403, 'pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1', 'quota'],
  [
    403,
    'configmaps "a" is forbidden: unable to create new content in namespace n because it is being terminated',
    'namespace-terminating',
  ],
  [403, 'pods "a" is forbidden: violates PodSecurity "restricted:latest": privileged', 'admission'],
  [403, 'admission webhook "w.example.com" denied the request: no', 'admission'],
  [400, 'admission webhook "w.example.com" denied the request: no', 'admission'],
  [500, 'Internal error occurred: failed calling webhook "w.example.com": connection refused', 'admission'],
  [
    422,
    "deployments.apps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
    'admission',
  ],
  [422, 'Service "a" is invalid: spec.clusterIPs[0]: Invalid value: ["x"]: may not change once set', 'immutable'],
  [
    422,
    'RoleBinding.rbac.authorization.k8s.io "a" is invalid: roleRef: Invalid value: {}: cannot change roleRef',
    'immutable',
  ],
  [
    422,
    'StatefulSet.apps "a" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\' are forbidden',
    'immutable',
  ],
  [
    422,
    'Pod "a" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`',
    'immutable',
  ],
  [
    422,
    'Deployment.apps "a" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    'invalid',
  ],
  [400, 'strict decoding error: unknown field "spec.x"', 'invalid'],
  [
    500,
    'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .dota: field not declared in schema',
    'invalid',
  ],
  [500, 'Internal error occurred: etcd', 'other'],
  [
    409,
    'Operation cannot be fulfilled on Deployment.apps "a": the UID in the precondition (x) does not match',
    'changed',
  ],
  [404, 'the server could not find the requested resource', 'not-served'],
] as const;

describe('what a refusal of the API server means', () => {
  it.each(CASES)('%s %s', (status, message, reason) => {
    const error = refusalOf(KubernetesApiError.from('PATCH /x', status, JSON.stringify({ message })));
    expect(error).toMatchObject({ name: 'ObjectRefusedError', status, reason });
  });

  it.each([429, 502, 503, 504])('%s: it could not take the call now', (status) => {
    expect(refusalOf(KubernetesApiError.from('GET /x', status, ''))).toMatchObject({ name: 'ClusterUnreachableError' });
  });

  it('finds the fields at fault in causes, and else in the message', () => {
    const fields = (status: number, message: string, causes?: object[]): unknown => {
      const body = JSON.stringify({ message, ...(causes ? { details: { causes } } : {}) });
      return (refusalOf(KubernetesApiError.from('PATCH /x', status, body)) as { fields: unknown }).fields;
    };
    expect(fields(422, 'no', [{ field: 'spec.a' }, { field: 'spec.a' }, {}])).toEqual(['spec.a']);
    expect(fields(400, 'strict decoding error: unknown field "spec.x", duplicate field "spec.y"')).toEqual([
      'spec.x',
      'spec.y',
    ]);
    expect(
      fields(500, 'failed (/w; apps/v1, Kind=D): .spec.containers[name="web"].imagee: field not declared in schema'),
    ).toEqual(['spec.containers[name="web"].imagee']);
  });

  it('leaves what is no answer as it is', () => {
    const reason = new Error('enough');
    expect(refusalOf(reason)).toBe(reason);
  });
});
