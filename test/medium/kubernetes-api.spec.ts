import { mkdirSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterConfigError } from '../../src/adapters/kubernetes/cluster-config-error.js';
import { ClusterCredentials } from '../../src/adapters/kubernetes/cluster-credentials.js';
import type { KubeConfigSource } from '../../src/adapters/kubernetes/kube-config-worker.js';
import { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import { Log } from '../../src/platform/log.js';
import { ApiServerStub, json, status } from '../support/api-server-stub.js';
import { apiOf, TestFolder, type KubeconfigUser } from '../support/cluster-client.js';
import { type KeyPair, TestAuthority } from '../support/test-authority.js';

let authority: TestAuthority;
let serverKeys: KeyPair;
let folder: TestFolder;
let server: ApiServerStub;
let api: KubernetesApi | undefined;

beforeAll(async () => {
  authority = await TestAuthority.create('test');
  serverKeys = await authority.server();
});

beforeEach(async () => {
  folder = new TestFolder();
  server = new ApiServerStub(serverKeys);
  await server.open();
});

afterEach(async () => {
  await api?.close();
  api = undefined;
  await server.close();
  folder.remove();
});

function connect(user: KubeconfigUser = {}): KubernetesApi {
  api = apiOf(folder.kubeconfig(server.url, folder.write('ca.crt', authority.ca), user));
  return api;
}

describe('KubernetesApi', () => {
  it('opens no connection for each call', async () => {
    const api = connect();
    for (let call = 0; call < 20; call += 1) await api.getJson('/version');
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('sends the query, and what it posts as JSON', async () => {
    server.intercept = (request, response, url) => {
      request.on('data', (body: Buffer) =>
        json(response, { got: String(body), type: request.headers['content-type'], query: url.search }),
      );
      return true;
    };
    const answer = await connect().postJson('/reviews', { a: 1 }, { query: { dryRun: 'All', absent: undefined } });
    expect(answer).toEqual({ got: '{"a":1}', type: 'application/json', query: '?dryRun=All' });
  });

  it('tells the reason of a refusal', async () => {
    server.intercept = (_, response) => (status(response, 403, 'Forbidden'), true);
    await expect(connect().getJson('/api/v1/pods')).rejects.toMatchObject({
      name: 'KubernetesApiError',
      status: 403,
      reason: 'Forbidden',
      message: 'GET /api/v1/pods: 403 the stub says Forbidden',
    });
  });

  it('comes again after the time that a busy server asks for', async () => {
    let calls = 0;
    server.intercept = (_, response) => {
      calls += 1;
      if (calls < 3) status(response, 429, 'TooManyRequests', { 'retry-after': '0' });
      return calls < 3;
    };
    await expect(connect().getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
    expect(calls).toBe(3);
  });

  it('gives up on a server that stays busy', async () => {
    server.intercept = (_, response) => (status(response, 429, 'TooManyRequests', { 'retry-after': '0' }), true);
    await expect(connect().getJson('/version')).rejects.toMatchObject({ status: 429, retryAfterMs: 0 });
    expect(server.requests).toHaveLength(4);
  });

  it('ends a call at its deadline, whether the server says nothing or drips', async () => {
    server.intercept = (_, response, url) => {
      if (url.pathname === '/drip') response.writeHead(200).write('{');
      return true;
    };
    const api = connect();
    const failure = { name: 'KubernetesUnreachableError', code: 'TIMEOUT' };
    await expect(api.getJson('/silent', { timeoutMs: 50 })).rejects.toMatchObject(failure);
    await expect(api.getJson('/drip', { timeoutMs: 50 })).rejects.toMatchObject(failure);
    await expect(api.watchLines('/silent', { timeoutMs: 50 })).rejects.toMatchObject(failure);
  });

  it('does not read more than it was allowed to', async () => {
    server.intercept = (_, response) => (response.end('x'.repeat(2000)), true);
    await expect(connect().getBytes('/big', { maxBodyBytes: 1000 })).rejects.toMatchObject({
      name: 'KubernetesBodyTooLargeError',
      limitBytes: 1000,
    });
  });

  it('names what is wrong when nobody listens', async () => {
    const api = connect();
    await server.close();
    await expect(api.getJson('/version')).rejects.toMatchObject({
      name: 'KubernetesUnreachableError',
      code: 'ECONNREFUSED',
    });
  });

  it('says so when the answer is not JSON', async () => {
    server.intercept = (_, response) => (response.end('<html>'), true);
    await expect(connect().getJson('/version')).rejects.toMatchObject({ code: 'NOT_JSON' });
  });

  it('rejects with the reason of the caller who aborts', async () => {
    server.intercept = () => true;
    const reason = new Error('enough');
    await expect(connect().getJson('/version', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('sends what can be repeated once more when the kept connection turns out to be closed', async () => {
    const api = connect();
    await api.getJson('/version');
    let calls = 0;
    server.intercept = (request) => {
      calls += 1;
      if (calls === 1) request.socket.destroy();
      return calls === 1;
    };
    await expect(api.getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
  });

  it('puts objects together that arrive in pieces', async () => {
    const text = `${JSON.stringify({ name: 'ä'.repeat(100) })}\n${JSON.stringify({ second: true })}\n{"half`;
    server.intercept = (_, response) => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
      response.end();
      return true;
    };
    const lines: unknown[] = [];
    for await (const line of await connect().watchLines('/watch', {})) lines.push(line);
    expect(lines).toEqual([{ name: 'ä'.repeat(100) }, { second: true }]);
  });
});

describe('credentials that rotate', () => {
  it('reads a token file again when the token is refused', async () => {
    server.tokens.add('first');
    const tokenFile = folder.write('token', 'first\n');
    const api = connect({ tokenFile });
    await api.getJson('/version');
    server.tokens.clear();
    server.tokens.add('second');
    folder.write('token', 'second\n');
    await expect(api.getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
  });

  it('takes a new token from its file before the old one is refused, and a new kubeconfig when that was replaced', async () => {
    const seen: (string | undefined)[] = [];
    server.intercept = (request) => {
      seen.push(request.headers.authorization);
      return false;
    };
    const ca = folder.write('ca.crt', authority.ca);
    const kubeconfig = folder.kubeconfig(server.url, ca, { tokenFile: folder.write('token', 'first') });
    api = new KubernetesApi(new ClusterCredentials({ kubeconfig }, Log.silent(), 0));
    await api.getJson('/version');
    folder.write('token', 'second');
    await api.getJson('/version');
    folder.kubeconfig(server.url, ca, { token: 'of the new kubeconfig' });
    await api.getJson('/version');
    expect(seen).toEqual(['Bearer first', 'Bearer second', 'Bearer of the new kubeconfig']);
  });

  it('goes on with what it had while the kubeconfig is broken', async () => {
    const ca = folder.write('ca.crt', authority.ca);
    const kubeconfig = folder.kubeconfig(server.url, ca, { token: 'good' });
    api = new KubernetesApi(new ClusterCredentials({ kubeconfig }, Log.silent(), 0));
    await api.getJson('/version');
    folder.write('kubeconfig', 'clusters: [');
    await expect(api.getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
  });

  it('asks once more, not for ever, when the token stays refused', async () => {
    server.tokens.add('another');
    await expect(connect({ token: 'wrong' }).getJson('/version')).rejects.toMatchObject({ status: 401 });
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  it('keeps the last token while the file is empty or away', async () => {
    server.tokens.add('first');
    const tokenFile = folder.write('token', 'first');
    const api = connect({ tokenFile });
    await api.getJson('/version');
    folder.write('token', '');
    server.intercept = (_, response) => (status(response, 401, 'Unauthorized'), true);
    await expect(api.getJson('/version')).rejects.toMatchObject({ status: 401 });
    server.intercept = () => false;
    await expect(api.getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
  });

  it('uses the service account of a pod, and its token when that rotates', async () => {
    const { hostname: serviceHost, port: servicePort } = new URL(server.url);
    const serviceAccount = 'var/run/secrets/kubernetes.io/serviceaccount';
    mkdirSync(`${folder.path}/${serviceAccount}`, { recursive: true });
    folder.write(`${serviceAccount}/ca.crt`, authority.ca);
    folder.write(`${serviceAccount}/token`, 'first');
    server.tokens.add('first');
    const source = { serviceAccountRoot: folder.path, serviceHost, servicePort };
    api = new KubernetesApi(new ClusterCredentials(source, Log.silent()));
    await expect(api.getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
    server.tokens.clear();
    server.tokens.add('second');
    folder.write(`${serviceAccount}/token`, 'second');
    await expect(api.getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
  });

  it('trusts a new authority that the CA file names', async () => {
    const api = connect();
    await api.getJson('/version');
    const renewed = await TestAuthority.create('renewed');
    await server.close();
    folder.write('ca.crt', renewed.ca);
    await server.open(await renewed.server());
    await expect(api.getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
  });

  it('refuses a server that the authority did not sign', async () => {
    const stranger = await TestAuthority.create('stranger');
    await server.close();
    await server.open(await stranger.server());
    await expect(connect().getJson('/version')).rejects.toMatchObject({ name: 'KubernetesUnreachableError' });
  });

  it('asks an exec plugin again when its token is refused', async () => {
    server.tokens.add('first');
    const credential = (token: string): string =>
      JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } });
    folder.write('credential.json', credential('first'));
    folder.write('plugin', `#!/bin/sh\ntest -n "$KUBERNETES_EXEC_INFO" && cat ${folder.path}/credential.json\n`);
    const api = connect({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' } });
    await api.getJson('/version');
    server.tokens.clear();
    server.tokens.add('second');
    folder.write('credential.json', credential('second'));
    await expect(api.getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
  });

  it('shows a new client certificate when the one in the file was replaced', async () => {
    await server.close();
    const [oldClients, newClients] = [await TestAuthority.create('old'), await TestAuthority.create('new')];
    const write = ({ cert, key }: KeyPair): void => {
      folder.write('client.crt', cert);
      folder.write('client.key', key);
    };
    server = new ApiServerStub(serverKeys, oldClients.ca);
    await server.open();
    write(await oldClients.client('before'));
    const api = connect({ 'client-certificate': 'client.crt', 'client-key': 'client.key' });
    await api.getJson('/version');
    expect([...server.clients]).toEqual(['before']);

    const port = new URL(server.url).port;
    await server.close();
    server = new ApiServerStub(serverKeys, newClients.ca, Number(port));
    await server.open();
    write(await newClients.client('after'));
    await expect(api.getJson('/version')).resolves.toEqual({ gitVersion: 'v1.34.1' });
    expect([...server.clients]).toEqual(['after']);
  });
});

describe('the configuration of the cluster', () => {
  const load = (source: KubeConfigSource) => new ClusterCredentials(source, Log.silent()).load();

  it('says what to set when there is no cluster', async () => {
    const source = { home: folder.path, serviceAccountRoot: folder.path };
    await expect(load(source)).rejects.toThrow(ClusterConfigError);
    await expect(load(source)).rejects.toThrow(/Set KUBECONFIG .* npm run demo/);
  });

  it('names the files of KUBECONFIG when none is there', async () => {
    await expect(load({ kubeconfig: '/absent/config' })).rejects.toThrow('KUBECONFIG=/absent/config');
  });

  it('names the file that cannot be read as a kubeconfig', async () => {
    const file = folder.write('broken', 'clusters: [{name: x}]');
    await expect(load({ kubeconfig: file })).rejects.toThrow(`${file} cannot be used as a kubeconfig`);
  });

  it('lets the first of several files win and skips those that are absent, as kubectl does', async () => {
    const ca = folder.write('ca.crt', authority.ca);
    folder.write('one', 'token of the first');
    const first = folder.kubeconfig('https://one.example', ca, { tokenFile: 'one' }, 'one.json');
    const second = folder.kubeconfig('https://two.example', ca, { tokenFile: 'two' }, 'two.json');
    const credentials = new ClusterCredentials({ kubeconfig: `/absent:${first}:${second}` }, Log.silent());
    expect(await credentials.current()).toMatchObject({
      server: 'https://one.example',
      headers: { authorization: 'Bearer token of the first' },
    });
  });
});
