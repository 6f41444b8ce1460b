import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findRuntime, NoRuntimeError, type RuntimeEndpoint } from './find-runtime.js';

describe('the runtime of a node', () => {
  let root: string;
  const servers: Server[] = [];
  const asked: string[] = [];
  const answers = async ({ socketPath }: RuntimeEndpoint): Promise<void> => void asked.push(socketPath);
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'qm-find-'));
    asked.length = 0;
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(root, { recursive: true });
  });
  const listen = async (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(join(root, path), resolve));
    return join(root, path);
  };

  it.each([
    ['/run/containerd/containerd.sock', 'cri'],
    ['/run/k3s/containerd/containerd.sock', 'cri'],
    ['/var/snap/microk8s/common/run/containerd.sock', 'cri'],
    ['/run/k0s/containerd.sock', 'cri'],
    ['/run/crio/crio.sock', 'cri'],
    ['/run/cri-dockerd.sock', 'cri'],
    ['/run/docker.sock', 'docker'],
  ])('is found at %s', async (path, kind) => {
    const socketPath = await listen(path);
    expect(await findRuntime(undefined, root, answers)).toEqual({ kind, socketPath });
    expect(asked).toEqual([socketPath]);
  });

  it('is the one for Kubernetes alone where several answer', async () => {
    for (const path of ['/run/docker.sock', '/run/containerd/containerd.sock', '/run/k3s/containerd/containerd.sock'])
      await listen(path);
    expect((await findRuntime(undefined, root, answers)).socketPath).toContain('k3s');
  });

  it('is Docker Engine where its containerd has CRI switched off', async () => {
    const off = await listen('/run/containerd/containerd.sock');
    await listen('/run/docker.sock');
    const ask = async ({ socketPath }: RuntimeEndpoint): Promise<void> => {
      if (socketPath === off) throw new Error('unknown service runtime.v1.RuntimeService');
    };
    expect((await findRuntime(undefined, root, ask)).kind).toBe('docker');
  });

  it('is the one that is set and no other', async () => {
    await listen('/run/containerd/containerd.sock');
    const own = { kind: 'cri' as const, socketPath: await listen('/own.sock') };
    expect(await findRuntime(own, root, answers)).toEqual(own);
    const missing = { kind: 'cri' as const, socketPath: join(root, 'missing.sock') };
    await expect(findRuntime(missing, root, answers)).rejects.toThrow(
      /missing.sock \(CONTAINER_RUNTIME_ENDPOINT\): is not there/,
    );
  });

  it('is said to be missing with all that was looked at and why', async () => {
    await listen('/run/crio/crio.sock');
    mkdirSync(join(root, 'run/containerd'), { recursive: true });
    writeFileSync(join(root, 'run/containerd/containerd.sock'), '');
    const refuse = async (): Promise<void> => {
      throw new Error('no answer within 5 ms');
    };
    const error = await findRuntime(undefined, root, refuse).catch((caught: unknown) => caught as Error);
    expect(error).toBeInstanceOf(NoRuntimeError);
    const { message } = error as Error;
    for (const part of [
      'crio.sock (CRI-O): no answer within 5 ms',
      'containerd.sock (containerd): is no socket',
      'docker.sock (Docker Engine): is not there',
      'Set CONTAINER_RUNTIME_ENDPOINT',
    ])
      expect(message).toContain(part);
  });
});
