import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { digestOf } from './stack-archive.js';
import { TestAuthority } from './test-authority.js';

/** A registry of our own on loopback, over TLS; Debian's `docker-registry`. */
export class RegistryServer {
  private constructor(
    /** Of the authority that its certificate is from. */
    readonly ca: string,
    readonly host: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Starts one and waits until it answers. */
  static async start(): Promise<RegistryServer> {
    const authority = await TestAuthority.create('registry');
    const folder = await mkdtemp(join(tmpdir(), 'quartermaster-registry-'));
    const { cert, key } = await authority.server();
    const host = `127.0.0.1:${await freePort()}`;
    await writeFile(join(folder, 'cert.pem'), cert);
    await writeFile(join(folder, 'key.pem'), key);
    const settings = {
      version: 0.1,
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: join(folder, 'data') } },
      http: { addr: host, tls: { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') } },
    };
    await writeFile(join(folder, 'config.yml'), JSON.stringify(settings));
    const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined);
    child.once('error', failed.reject);
    child.once('exit', (code) => failed.reject(new Error(`docker-registry ended with ${code}`)));
    const server = new RegistryServer(authority.ca, host, child, folder);
    await Promise.race([eventually('the registry answers', () => server.#answers()), failed.promise]);
    return server;
  }

  /** Pushes an artifact of one layer, as `oras push` does it. Resolves with the digest of its manifest. */
  async push(repository: string, layer: Buffer): Promise<string> {
    const config = Buffer.from('{}');
    for (const blob of [config, layer]) await this.#pushBlob(repository, blob);
    const part = (bytes: Buffer, mediaType: string) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType,
        config: part(config, 'application/vnd.oci.empty.v1+json'),
        layers: [part(layer, 'application/vnd.oci.image.layer.v1.tar+gzip')],
      }),
    );
    await this.#send('PUT', `/v2/${repository}/manifests/1.0.0`, 201, manifest, mediaType);
    return digestOf(manifest);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill();
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  async #pushBlob(repository: string, blob: Buffer): Promise<void> {
    const location = await this.#send('POST', `/v2/${repository}/blobs/uploads/`, 202);
    const url = new URL(location, `https://${this.host}`);
    url.searchParams.set('digest', digestOf(blob));
    await this.#send('PUT', url.pathname + url.search, 201, blob, 'application/octet-stream');
  }

  /** Resolves with where the answer leads to. */
  async #send(method: string, path: string, status: number, body?: Buffer, type?: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const headers = type === undefined ? {} : { 'content-type': type };
    request(`https://${this.host}${path}`, { method, ca: this.ca, agent: false, headers }, (answer) => {
      answer.resume();
      if (answer.statusCode === status) resolve(answer.headers.location ?? '');
      else reject(new Error(`${method} ${path}: ${answer.statusCode}`));
    })
      .on('error', reject)
      .end(body);
    return promise;
  }

  async #answers(): Promise<true | undefined> {
    try {
      await this.#send('GET', '/v2/', 200);
      return true;
    } catch {
      return undefined; // it is not up yet
    }
  }
}
