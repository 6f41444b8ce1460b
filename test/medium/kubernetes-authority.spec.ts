import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KubernetesApiAuthority } from '../../src/adapters/kubernetes/kubernetes-authority.kubernetes.js';
import type { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { ApiServerStub, json } from '../support/api-server-stub.js';
import { apiOf, TestFolder } from '../support/cluster-client.js';
import { TestAuthority } from '../support/test-authority.js';

const USER = { username: 'jo', uid: 'u1', groups: ['dev'], extra: { scopes: ['a', 'b'] } };

let server: ApiServerStub;
let folder: TestFolder;
let api: KubernetesApi;
let reviews: { path: string; body: unknown }[];
let reviewStatus: unknown;

beforeEach(async () => {
  const authority = await TestAuthority.create('test');
  folder = new TestFolder();
  server = new ApiServerStub(await authority.server());
  await server.open();
  reviews = [];
  server.intercept = (request, response, url) => {
    request.on('data', (body: Buffer) => {
      reviews.push({ path: url.pathname, body: JSON.parse(String(body)) });
      json(response, { status: reviewStatus });
    });
    return true;
  };
  api = apiOf(folder.kubeconfig(server.url, folder.write('ca.crt', authority.ca), {}));
});

afterEach(async () => {
  await api.close();
  await server.close();
  folder.remove();
});

describe('KubernetesApiAuthority', () => {
  it('asks for the audiences and gives the user as the API server names it', async () => {
    reviewStatus = { authenticated: true, user: USER, audiences: ['quartermaster'] };
    await expect(new KubernetesApiAuthority(api).reviewToken('secret', ['quartermaster'])).resolves.toEqual({
      authenticated: true,
      user: USER,
      audiences: ['quartermaster'],
    });
    expect(reviews).toEqual([
      {
        path: '/apis/authentication.k8s.io/v1/tokenreviews',
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenReview',
          spec: { token: 'secret', audiences: ['quartermaster'] },
        },
      },
    ]);
  });

  it.each([
    [
      { authenticated: false, error: 'expired', user: USER },
      { authenticated: false, error: 'expired' },
    ],
    [{ error: 'unknown' }, { authenticated: false, error: 'unknown' }],
    [{ authenticated: true, user: {} }, { authenticated: false }],
    [undefined, { authenticated: false }],
  ])('does not take %j for somebody', async (status, reviewed) => {
    reviewStatus = status;
    await expect(new KubernetesApiAuthority(api).reviewToken('secret')).resolves.toEqual(reviewed);
  });

  it('asks about an access as the user that was reviewed', async () => {
    reviewStatus = { allowed: true, reason: 'RBAC' };
    const attributes = { group: 'quartermaster.io', resource: 'metrics', verb: 'get', namespace: 'shop' };
    await expect(new KubernetesApiAuthority(api).reviewAccess(USER, attributes)).resolves.toEqual({
      allowed: true,
      reason: 'RBAC',
    });
    expect(reviews[0]).toEqual({
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: 'jo', uid: 'u1', groups: ['dev'], extra: { scopes: ['a', 'b'] }, resourceAttributes: attributes },
      },
    });
  });

  it.each([{ allowed: false }, { allowed: true, denied: true }, undefined])('takes %j for a no', async (status) => {
    reviewStatus = status;
    const reviewed = await new KubernetesApiAuthority(api).reviewAccess(USER, {
      group: '',
      resource: 'pods',
      verb: 'get',
    });
    expect(reviewed.allowed).toBe(false);
  });

  it('rejects when the API server is away', async () => {
    await server.close();
    await expect(new KubernetesApiAuthority(api).reviewToken('secret')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
