import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { localFolder } from './real-cluster.js';
import { eventually } from './eventually.js';

/** What leaves when it cannot renew its lease. */
const LEADERS = ['kube-controller-manager', 'kube-scheduler'];
const API_SERVER = 'kube-apiserver';

/** The control plane of the cluster on this machine, as processes that a test may end and start again. */
export class LocalControlPlane {
  private readonly commands = new Map(
    [API_SERVER, ...LEADERS].map((name) => [
      name,
      readFileSync(`/proc/${pidOf(name)}/cmdline`, 'utf8')
        .split('\0')
        .slice(0, -1),
    ]),
  );

  /** Ends the API server at once, as a crash does. */
  async killApiServer(): Promise<void> {
    process.kill(pidOf(API_SERVER), 'SIGKILL');
    await eventually('the API server to be gone', () => !isAlive(API_SERVER));
  }

  /** Starts it again, and what ended without it. @param isReady whether it answers */
  async startApiServer(isReady: () => Promise<boolean>): Promise<void> {
    if (!isAlive(API_SERVER)) this.start(API_SERVER);
    await eventually('the API server to answer', isReady);
    this.startLeaders(); // a leader that lost its lease may take a moment to leave
  }

  /** Ends a leader at once, as the loss of its node does: it does not give its Lease back. */
  async killLeader(name: 'kube-controller-manager' | 'kube-scheduler'): Promise<void> {
    process.kill(pidOf(name), 'SIGKILL');
    await eventually(`${name} to be gone`, () => !isAlive(name));
  }

  /** Starts whichever leaders do not run. */
  startLeaders(): void {
    for (const name of LEADERS) if (!isAlive(name)) this.start(name);
  }

  private start(name: string): void {
    const log = openSync(localFolder(`log/${name}.log`), 'a');
    const command = this.commands.get(name) ?? [];
    const child = spawn('nsenter', ['--net=/run/netns/tc-node-1', '--', ...command], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    child.unref();
    writeFileSync(localFolder(`run/${name}.pid`), `${child.pid}\n`);
  }
}

function pidOf(name: string): number {
  return Number(readFileSync(localFolder(`run/${name}.pid`), 'utf8'));
}

function isAlive(name: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pidOf(name)}/stat`, 'utf8')
        .split(') ')
        .at(-1)
        ?.startsWith('Z') === false
    );
  } catch {
    return false; // no such process
  }
}
