import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageTar } from './image-tar.js';

/** The script that starts and stops a Docker Engine: in `TEST_SERVERS`, else beside the project. */
const SCRIPT = join(process.env['TEST_SERVERS'] ?? join(import.meta.dirname, '../../../shared/servers'), 'docker-up');

/** A real Docker Engine: the one that `TEST_DOCKER_HOST` (`unix://...`) names, or one of our own in a temporary folder. */
export class DockerServer {
  private readonly containers: string[] = [];
  private readonly images: string[] = [];

  private constructor(
    readonly socket: string,
    private readonly folder: string | undefined,
    private readonly isOnOwnDisk = false,
  ) {}

  /** @param onOwnDisk its data stand on a file system of their own, in memory: nobody else writes there */
  static start({ onOwnDisk = false } = {}): DockerServer {
    const given = process.env['TEST_DOCKER_HOST'];
    if (given) return new DockerServer(given.replace(/^unix:\/\//, ''), undefined);
    const folder = mkdtempSync(join(tmpdir(), 'quartermaster-docker-'));
    if (onOwnDisk) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1g', 'tmpfs', folder]);
    const printed = execFileSync(SCRIPT, [folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    const [, socket = ''] = /DOCKER_HOST=unix:\/\/(\S+)/.exec(printed) ?? [];
    return new DockerServer(socket, folder, onOwnDisk);
  }

  /** @returns the image's id */
  async addImage(tags: readonly string[], ballastBytes = 0): Promise<string> {
    const { tar, id } = imageTar(tags, ballastBytes);
    await this.call('POST', '/images/load?quiet=1', tar, 'application/x-tar');
    this.images.push(id);
    return id;
  }

  /** Runs a shell command. @returns the container's id once it was started */
  async run(image: string, command: string, labels: Readonly<Record<string, string>> = {}): Promise<string> {
    const body = { Image: image, Cmd: ['/bin/sh', '-c', command], Labels: labels, HostConfig: { NetworkMode: 'none' } };
    const name = `test-${randomUUID().slice(0, 8)}`;
    const { Id } = (await this.call('POST', `/containers/create?name=${name}`, JSON.stringify(body))) as { Id: string };
    this.containers.push(Id);
    await this.call('POST', `/containers/${Id}/start`);
    return Id;
  }

  /** Waits until a container has ended. */
  async waitFor(id: string): Promise<void> {
    await this.call('POST', `/containers/${id}/wait`);
  }

  /** Takes away what was made, and the engine when it is ours. */
  async stop(): Promise<void> {
    const leave = (path: string) => this.call('DELETE', `${path}?force=1`).catch(() => undefined); // a test may have removed it
    for (const id of this.containers) await leave(`/containers/${id}`);
    for (const id of this.images) await leave(`/images/${id}`);
    if (this.folder === undefined) return;
    execFileSync(SCRIPT, ['--down', this.folder]);
    if (this.isOnOwnDisk) execFileSync('umount', [this.folder]);
    rmSync(this.folder, { recursive: true });
  }

  /** What a GET lists. */
  list(path: string): Promise<unknown> {
    return this.call('GET', path);
  }

  /** @throws unless it is answered with 2xx */
  call(method: string, path: string, body: string | Buffer = '', type = 'application/json'): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const headers = { 'content-type': type, host: 'docker' };
    request({ socketPath: this.socket, method, path: `/v1.41${path}`, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 300) reject(new Error(`${method} ${path}: ${String(statusCode)} ${text}`));
        else resolve(/^[{[]/.test(text) ? JSON.parse(text.split('\n')[0] ?? '') : text);
      });
    })
      .once('error', reject)
      .end(body);
    return promise;
  }
}
