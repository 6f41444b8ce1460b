import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packageRoot } from '../../src/platform/version.js';
import { localNodeFolder } from './real-cluster.js';

const NODES = ['node-1', 'node-2'];

/** An image with BusyBox's web server on the nodes of the local cluster, for the stack `probe`. Disposing of it takes it off again. */
export class ProbeImage implements Disposable {
  readonly name = `docker.io/releases-${process.pid}-${Date.now()}/busybox:1`;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'quartermaster-probe-image-'));
    const binary = join(folder, 'bin/busybox');
    mkdirSync(join(folder, 'bin'));
    copyFileSync(resolve(localNodeFolder('node-1'), '..', 'rootfs/busybox/bin/busybox'), binary);
    for (const applet of ['httpd', 'sh']) execFileSync('ln', ['-f', binary, join(folder, 'bin', applet)]);
    execFileSync(resolve(packageRoot(), '..', 'shared/cluster/cluster'), ['load', this.name, folder, '/bin/sh']);
    rmSync(folder, { recursive: true });
  }

  [Symbol.dispose](): void {
    for (const node of NODES) {
      const socket = join(localNodeFolder(node), 'run', 'containerd.sock');
      execFileSync('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'rm', this.name]);
    }
  }
}
