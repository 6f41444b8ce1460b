import { constants } from 'node:fs';
import { isFileName } from '../../agents/core/static-pod.js';
import { lstat, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A manifest as it lies in the folder. */
export interface ManifestFile {
  readonly bytes: Buffer;
  readonly mode: number;
}

const MAX_BYTES = 1024 * 1024;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** The kubelet leaves files alone whose name begins with a dot (pkg/kubelet/config/file.go, Kubernetes 1.34), and runs every other. */
const TEMPORARY = '.quartermaster';

/** The folder from which a kubelet runs static pods. Each change of it is whole and durable when it resolves; no link is followed. */
export class StaticPodFolder {
  /** @param path as the agent reaches it */
  constructor(readonly path: string) {}

  /** @throws Error when the folder is none, or the file is a link, no file, or larger than 1 MiB: such a one is not ours to replace */
  async find(fileName: string): Promise<ManifestFile | undefined> {
    const folder = await lstat(this.path).catch(orUndefined);
    if (!folder?.isDirectory())
      throw new Error(
        `${this.path} is ${folder?.isSymbolicLink() ? 'a link' : 'no folder'}: STATIC_POD_PATH must be the folder itself that the kubelet reads (its staticPodPath)`,
      );
    const path = this.pathOf(fileName);
    const found = await lstat(path).catch(orUndefined);
    if (!found) return undefined;
    if (!found.isFile())
      throw new Error(`${path} is ${found.isSymbolicLink() ? 'a link' : 'no file'}, and is not replaced`);
    if (found.size > MAX_BYTES) throw new Error(`${path} is larger than 1 MiB, and is not replaced`);
    return { bytes: await readFile(path, { flag: READ }), mode: found.mode & 0o777 };
  }

  /** Puts the file there, or takes it away: atomically for the kubelet, which sees the old or the new one. */
  async set(fileName: string, file: ManifestFile | undefined): Promise<void> {
    const path = this.pathOf(fileName);
    if (file) {
      await this.stage(file);
      await rename(join(this.path, TEMPORARY), path);
    } else await unlink(path).catch(orUndefined);
    await this.sync();
  }

  private pathOf(fileName: string): string {
    if (!isFileName(fileName)) throw new Error(`${fileName} is no name of a file of the folder`);
    return join(this.path, fileName);
  }

  /** Takes away what an agent that was killed while it wrote has left. */
  async tidy(): Promise<void> {
    await unlink(join(this.path, TEMPORARY)).catch(orUndefined);
  }

  /** Writes the file under a name that the kubelet does not read. */
  protected async stage({ bytes, mode }: ManifestFile): Promise<void> {
    const temporary = join(this.path, TEMPORARY);
    await this.tidy();
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Makes the names of the folder durable. */
  protected async sync(): Promise<void> {
    const handle = await open(this.path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

function orUndefined(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
