import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Two network namespaces of this machine with a cable between their `eth0`, in the place of two nodes; Debian's `iproute2`, as root. */
export class LinkedNodes implements AsyncDisposable {
  private readonly children = new Set<ChildProcess>();

  private constructor(private readonly names: readonly string[]) {}

  /** @param addresses of the two, each in 10.99.0.0/24 */
  static async link(addresses: readonly [string, string]): Promise<LinkedNodes> {
    const names = addresses.map((_, place) => `qm-${process.pid}-${place}`);
    const nodes = new LinkedNodes(names);
    for (const name of names) await run('ip', ['netns', 'add', name]);
    const [one = '', other = ''] = names;
    await run('ip', `link add eth0 netns ${one} type veth peer name eth0 netns ${other}`.split(' '));
    for (const [place, address] of addresses.entries()) {
      await nodes.exec(place, 'ip', 'link', 'set', 'lo', 'up');
      await nodes.exec(place, 'ip', 'link', 'set', 'eth0', 'up');
      await nodes.exec(place, 'ip', 'address', 'add', `${address}/24`, 'dev', 'eth0');
    }
    return nodes;
  }

  /** Runs a command to its end. @throws when it fails, with what it wrote */
  async exec(place: number, ...command: readonly string[]): Promise<string> {
    const { stdout, stderr } = await run('ip', ['netns', 'exec', this.names[place] ?? '', ...command]);
    return stdout + stderr;
  }

  /** Starts a command that goes on. */
  start(place: number, ...command: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.names[place] ?? '', ...command], { stdio: 'ignore' });
    this.children.add(child);
    return child;
  }

  /** Ends what was started, and waits until it is gone. */
  async stop(child: ChildProcess): Promise<void> {
    this.children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  /** Which of the two have an address. */
  async holders(address: string): Promise<readonly number[]> {
    const shown = await Promise.all(this.names.map((_, place) => this.exec(place, 'ip', '-brief', 'address')));
    return shown.flatMap((text, place) => (text.includes(` ${address}/`) ? [place] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.children) await this.stop(child);
    for (const name of this.names) await run('ip', ['netns', 'delete', name]);
  }
}
