import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packageRoot } from '../../src/platform/version.js';
import { DockerServer } from './docker-server.js';
import { eventually } from './eventually.js';

const SERVERS = process.env['TEST_SERVERS'] ?? resolve(packageRoot(), '..', 'shared', 'servers');
const BASE = 'node:24-bookworm-slim';
const BASE_PATH = '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Why the image cannot be built here; undefined when it can. */
export function noImageBecause(): string | undefined {
  const hasDocker = process.env['TEST_DOCKER_HOST'] !== undefined || existsSync(join(SERVERS, 'docker-up'));
  return hasDocker ? undefined : 'no Docker: TEST_DOCKER_HOST is not set, and there is no script that starts one';
}

/** The image of `deploy/Dockerfile`, on a real Docker Engine. */
export class ProjectImage implements AsyncDisposable {
  readonly name = `quartermaster-test:${randomUUID().slice(0, 8)}`;
  private readonly folder = mkdtempSync(join(tmpdir(), 'quartermaster-image-'));

  private constructor(private readonly engine: DockerServer) {}

  /** Builds it as docs/install.md says. An engine of our own has no registry to take the base from: a stand-in is put there. */
  static build(): ProjectImage {
    const image = new ProjectImage(DockerServer.start());
    if (process.env['TEST_DOCKER_HOST'] === undefined) image.importBase();
    image.docker('build', '--network=host', '--quiet', '-f', 'deploy/Dockerfile', '-t', image.name, '.');
    return image;
  }

  /** Starts a container in the machine's network. @returns its id */
  run(env: Readonly<Record<string, string>>, mounts: readonly string[]): string {
    const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const volumes = mounts.flatMap((mount) => ['-v', mount]);
    return this.docker('run', '--detach', '--network=host', ...variables, ...volumes, this.name).trim();
  }

  /** The first match in what a container prints. */
  prints(container: string, pattern: RegExp): Promise<RegExpMatchArray> {
    return eventually(`${pattern} of a container`, () => {
      const printed = this.docker('logs', container);
      const match = printed.match(pattern);
      const isRunning = this.docker('inspect', '-f', '{{.State.Running}}', container).trim() === 'true';
      if (!match && !isRunning) throw new Error(`The container ended:\n${printed}`);
      return match ?? undefined;
    });
  }

  /** What a command in a container prints. */
  exec(container: string, ...command: readonly string[]): string {
    return this.docker('exec', container, ...command);
  }

  /** Ends a container as an orchestrator does. @returns its exit code */
  stop(container: string): number {
    this.docker('stop', '--time', '15', container);
    return Number(this.docker('inspect', '-f', '{{.State.ExitCode}}', container));
  }

  /** The image as an archive that a node's runtime takes. @returns the file, there until this is disposed of */
  save(): string {
    const file = join(this.folder, 'image.tar');
    this.docker('save', '-o', file, this.name);
    return file;
  }

  /** Takes away what was made here. */
  async [Symbol.asyncDispose](): Promise<void> {
    const containers = this.docker('ps', '-aq', '--filter', `ancestor=${this.name}`).split('\n').filter(Boolean);
    if (containers.length > 0) this.docker('rm', '--force', '--volumes', ...containers);
    this.docker('rmi', '--force', this.name);
    rmSync(this.folder, { recursive: true });
    await this.engine.stop();
  }

  private importBase(): void {
    const rootfs = join(this.folder, 'rootfs');
    execFileSync(join(SERVERS, 'node-rootfs'), [rootfs], { stdio: ['ignore', 'pipe', 'inherit'] });
    const archive = join(this.folder, 'rootfs.tar');
    execFileSync('tar', ['-C', rootfs, '-cf', archive, '.']);
    const changes = [`ENV PATH=${BASE_PATH}`, 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'];
    this.docker('import', ...changes.flatMap((change) => ['--change', change]), archive, BASE);
    rmSync(rootfs, { recursive: true });
    rmSync(archive);
  }

  private docker(...args: readonly string[]): string {
    return execFileSync('docker', args, {
      cwd: packageRoot(),
      env: { ...process.env, DOCKER_HOST: `unix://${this.engine.socket}`, DOCKER_BUILDKIT: '0' },
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
  }
}
