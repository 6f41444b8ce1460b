/**
 * An agent's loop on a node whose images are files of a folder, so that they outlive it. It ends itself with SIGKILL at the point that is named: what is acknowledged
 * by then is in the records and on the disk, and nothing else of it is left.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { HttpAgentServer } from '../../src/adapters/quartermaster/agent-server.http.js';
import { AgentLoop } from '../../src/agent/agent-loop.js';
import { ContainerRuntime } from '../../src/agent/container-runtime.port.js';
import { RuntimeRemover, type RemovalResult } from '../../src/agent/runtime-remover.port.js';
import type { InventoryImage } from '../../src/agents/core/inventory.js';
import { Log } from '../../src/platform/log.js';

const [folder = '', url = '', token = '', killAt = 'never'] = process.argv.slice(2);

function reach(point: string): void {
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
}

class FileRuntime extends ContainerRuntime {
  override describe = async () => ({ name: 'files', version: '1' });
  override listImages = async () =>
    readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as InventoryImage);
  override listContainers = async () => [];
  override listSandboxes = async () => [];
  override listFileSystems = async () => [];
  override findImage = async (id: string) => (await this.listImages()).find((image) => image.id === id);
  override findContainer = async () => undefined;
  override async *events() {
    yield* [];
  }
}

class FileRemover extends RuntimeRemover {
  override async removeImage(id: string): Promise<RemovalResult> {
    reach('before the removal');
    const file = join(folder, id);
    if (!existsSync(file)) return { outcome: 'absent', because: 'it is not there' };
    rmSync(file);
    reach('after the removal');
    return { outcome: 'removed', because: '' };
  }
  override removeContainer = async (): Promise<RemovalResult> => ({ outcome: 'absent', because: 'there are none' });
  override removeSandbox = async (): Promise<RemovalResult> => ({ outcome: 'absent', because: 'there are none' });
}

class MortalServer extends HttpAgentServer {
  override async report(...[task, body]: Parameters<HttpAgentServer['report']>) {
    const begins = body.items.some(({ state }) => state === 'removing');
    if (begins) reach('before the intent is told');
    const answer = await super.report(task, body);
    if (begins) reach('after the intent is noted');
    else if (body.items.length > 0) reach('after the last outcome is noted');
    return answer;
  }

  override async end(...[task, body]: Parameters<HttpAgentServer['end']>): Promise<void> {
    reach('before the end is told');
    await super.end(task, body);
    reach('after the end is noted');
  }
}

const nothing = { topology: [], hugePages: [], blockDevices: [], fileSystems: [], networkDevices: [], absent: [] };
await new AgentLoop({
  server: new MortalServer({ url, ca: () => undefined, token: () => token }),
  open: async () => ({
    runtime: new FileRuntime(),
    remover: new FileRemover(),
    nowMs: () => Date.now(),
    takeInventory: () => Promise.reject(new Error('this node is for removals alone')),
    readMachine: async () => ({ takenAtMs: Date.now(), ...nothing }),
    removeLog: async () => ({ outcome: 'absent', because: 'there are none' }),
    availableBytes: async () => 1_000 - readdirSync(folder).length,
    whyNotNow: async () => undefined,
  }),
  allows: ['gc'],
  instance: randomUUID(),
  version: '0',
  log: Log.silent(),
  random: Math.random,
}).run(new AbortController().signal);
