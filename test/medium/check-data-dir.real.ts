import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkDataDir } from '../../src/platform/check-data-dir.js';

const NOBODY = 65_534;
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-data-dir-'));
const disk = join(folder, 'disk');

/** A disk of its own, which needs the right to mount. */
beforeAll(() => {
  chmodSync(folder, 0o755);
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1M,mode=0755', 'tmpfs', disk]);
});
afterAll(() => {
  execFileSync('umount', [disk]);
  rmSync(folder, { recursive: true });
});

describe('a data folder', () => {
  it("that is another user's is refused, and both users are named", async () => {
    process.seteuid?.(NOBODY);
    try {
      await expect(checkDataDir(disk)).rejects.toThrow(
        `DATA_DIR=${disk} cannot be used: user ${NOBODY} may not write there: it belongs to user 0.`,
      );
    } finally {
      process.seteuid?.(0);
    }
  });

  it('on a full disk is refused', async () => {
    const ballast = join(disk, 'ballast');
    const { bfree, bsize } = statfsSync(disk);
    writeFileSync(ballast, Buffer.alloc(bfree * bsize));
    await expect(checkDataDir(disk)).rejects.toThrow(/its disk is full\. Free some space/);
    rmSync(ballast);
    await checkDataDir(disk);
  });

  it('on a read-only file system is refused', async () => {
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    await expect(checkDataDir(disk)).rejects.toThrow(/its file system is read-only\. Mount it for writing/);
  });
});
