import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpsStackArchives } from '../../src/adapters/stack-archives/stack-archives.https.js';
import { parseStackSource } from '../../src/stacks/fetched/core/parse-stack-source.js';
import { loadArchive } from '../../src/stacks/fetched/load-archive.js';
import { RegistryServer } from '../support/registry-server.js';
import { digestOf, smallStack, stackArchive } from '../support/stack-archive.js';
import { USUAL_LIMITS } from '../support/stack-limits.js';

describe('a stack in a real registry', () => {
  let registry: RegistryServer;
  beforeAll(async () => {
    registry = await RegistryServer.start();
  });
  afterAll(() => registry?.stop());

  function fetched(digest: string): Promise<Buffer> {
    const { ca, host } = registry;
    const archives = new HttpsStackArchives({
      sources: [host],
      users: new Map(),
      ca: () => [ca],
      timeoutMs: 60_000,
      maxBytes: USUAL_LIMITS.stackMaxBytes,
    });
    const source = parseStackSource(`oci://${host}/shop/hello@${digest}`, undefined);
    if ('problem' in source) throw new Error(source.problem);
    return archives.fetch(source);
  }

  it('is pulled by the digest of its manifest, and can be used', async () => {
    const archive = await stackArchive('hello', smallStack('hello'));
    const digest = await registry.push('shop/hello', archive);
    expect(await fetched(digest)).toEqual(archive);
    expect(await loadArchive(archive, 'hello', USUAL_LIMITS)).toMatchObject({ name: 'hello', version: '1.0.0' });
  });

  it('that is not there is told', async () => {
    await expect(fetched(digestOf('another'))).rejects.toThrow(`${registry.host} answers with status 404`);
  });
});
