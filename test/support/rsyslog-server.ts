import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's rsyslog in the foreground, with a configuration, its state in a temporary folder; packages `rsyslog` and `rsyslog-elasticsearch`. */
export class RsyslogServer implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param configure gets the folder */
  static async start(configure: (folder: string) => Promise<string>): Promise<RsyslogServer> {
    const folder = await mkdtemp(join(tmpdir(), 'quartermaster-rsyslog-'));
    const file = join(folder, 'rsyslog.conf');
    await writeFile(file, await configure(folder));
    const child = spawn('rsyslogd', ['-n', '-f', file, '-i', join(folder, 'pid')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(child, 'spawn');
    return new RsyslogServer(folder, child);
  }

  /** What it wrote to a file of its folder, or nothing. */
  async written(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8').catch(() => '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
