import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BUSYBOX = '/bin/busybox';

/**
 * An image that is like no other, in the layout of `docker save`: a shell, and as much ballast as asked. Needs Debian's busybox-static.
 * @returns the archive and the image's id
 */
export function imageTar(tags: readonly string[], ballastBytes = 0): { readonly tar: Buffer; readonly id: string } {
  const folder = mkdtempSync(join(tmpdir(), 'quartermaster-image-'));
  try {
    const root = join(folder, 'root');
    mkdirSync(join(root, 'bin'), { recursive: true });
    cpSync(BUSYBOX, join(root, 'bin', 'sh'));
    writeFileSync(join(root, 'what'), randomUUID());
    if (ballastBytes > 0) writeFileSync(join(root, 'ballast'), Buffer.alloc(ballastBytes, randomUUID()));
    execFileSync('tar', ['--numeric-owner', '-C', root, '-cf', join(folder, 'layer.tar'), '.']);
    const config = JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/bin/sh'] },
      rootfs: { type: 'layers', diff_ids: [digest(readFileSync(join(folder, 'layer.tar')))] },
    });
    writeFileSync(join(folder, 'config.json'), config);
    const manifest = [{ Config: 'config.json', RepoTags: tags, Layers: ['layer.tar'] }];
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    const tar = execFileSync('tar', ['-C', folder, '-c', 'manifest.json', 'config.json', 'layer.tar'], {
      maxBuffer: 64 * 1024 * 1024 + 2 * ballastBytes,
    });
    return { tar, id: digest(config) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function digest(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
