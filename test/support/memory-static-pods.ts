import type {
  StaticPodChange,
  StaticPodInstall,
  StaticPodRemoval,
  StaticPodState,
} from '../../src/agents/core/static-pod.js';
import type { StaticPods } from '../../src/agents/static-pods.service.js';
import { ProblemError } from '../../src/platform/errors.js';

interface Change extends StaticPodChange {
  readonly node: string;
  readonly manifest: string | undefined;
  readonly before: string | undefined;
}

/** The static pods of nodes in memory, as their agents would change them; their timers run when a test says so. */
export class MemoryStaticPods implements Pick<
  StaticPods,
  'whyNot' | 'install' | 'remove' | 'putBack' | 'confirm' | 'restore' | 'outcome'
> {
  /** Every call in turn, such as `install node-2 kube-scheduler.yaml`. */
  readonly calls: string[] = [];
  /** By `node/file`. */
  readonly files = new Map<string, string>();
  /** Before each call; may throw, as a process that dies. */
  before: (call: string) => void = () => undefined;
  /** After a file was written or put back. */
  written: (node: string, fileName: string, manifest: string | undefined) => void = () => undefined;
  /** Nodes whose agents cannot be asked, with the reason. */
  readonly away = new Map<string, string>();
  private readonly changes = new Map<string, Change>();

  async whyNot(node: string): Promise<string | undefined> {
    return this.away.get(node);
  }

  async install(node: string, change: StaticPodInstall): Promise<StaticPodChange> {
    const { changeId, fileName, manifest } = change;
    this.note(`install ${node} ${fileName}`);
    const key = `${node}/${changeId}`;
    const known = this.changes.get(key);
    if (known?.state === 'restored') throw new ProblemError('CONFLICT', `The change was undone: ${known.because}`);
    if (known) return known;
    for (const other of this.changes.values())
      if (other.node === node && other.fileName === fileName && other.state === 'pending')
        throw new ProblemError('CONFLICT', `Another change of ${fileName} is pending`);
    const before = this.files.get(`${node}/${fileName}`);
    const made = { changeId, fileName, manifest, node, before, replaced: before !== undefined, keepsManifest: true };
    this.changes.set(key, { ...made, state: 'pending', because: 'it waits to be confirmed' });
    this.write(node, fileName, manifest);
    return this.told(key);
  }

  async remove(): Promise<StaticPodChange> {
    throw new Error('no test removes a static pod');
  }

  async putBack(node: string, { changeId, fileName }: StaticPodRemoval): Promise<StaticPodChange> {
    this.note(`put back ${node} ${fileName}`);
    const key = `${node}/${changeId}`;
    const known = this.changes.get(key);
    if (known?.state === 'restored') throw new ProblemError('CONFLICT', `The change was undone: ${known.because}`);
    if (known) return known;
    const stayed = [...this.changes.values()].filter(
      (one) => one.node === node && one.fileName === fileName && one.state === 'confirmed',
    );
    const [first] = stayed;
    if (!first) throw new ProblemError('CONFLICT', `no change of ${fileName} that stayed is known`);
    const [manifest, before] = [first.before, this.files.get(`${node}/${fileName}`)];
    const made = { changeId, fileName, manifest, node, before, replaced: true, keepsManifest: manifest !== undefined };
    this.changes.set(key, { ...made, state: 'pending', because: 'it waits to be confirmed' });
    this.write(node, fileName, manifest);
    return this.told(key);
  }

  async confirm(node: string, changeId: string): Promise<StaticPodChange> {
    const key = `${node}/${changeId}`;
    this.note(`confirm ${node} ${this.told(key).fileName}`);
    if (this.told(key).state === 'restored') throw new ProblemError('CONFLICT', 'The change was undone already');
    return this.settle(key, 'confirmed', 'it was confirmed');
  }

  async restore(node: string, changeId: string): Promise<StaticPodChange> {
    return this.undo(`${node}/${changeId}`, 'it was asked for');
  }

  async outcome(node: string, changeId: string): Promise<StaticPodChange | undefined> {
    return this.changes.get(`${node}/${changeId}`);
  }

  /** The agents' timers run out: what was not confirmed is undone. */
  expire(): void {
    for (const [key, { state }] of this.changes)
      if (state === 'pending') this.undo(key, 'it was not confirmed in time');
  }

  /** The states of all changes, in the order in which they were made. */
  states(): readonly StaticPodState[] {
    return [...this.changes.values()].map(({ state }) => state);
  }

  private note(call: string): void {
    this.before(call);
    this.calls.push(call);
  }

  private told(key: string): Change {
    const found = this.changes.get(key);
    if (!found) throw new Error(`There is no change ${key}`);
    return found;
  }

  private undo(key: string, because: string): StaticPodChange {
    const { node, fileName, before } = this.told(key);
    this.write(node, fileName, before);
    return this.settle(key, 'restored', because);
  }

  private settle(key: string, state: StaticPodState, because: string): StaticPodChange {
    this.changes.set(key, { ...this.told(key), state, because });
    return this.told(key);
  }

  private write(node: string, fileName: string, manifest: string | undefined): void {
    if (manifest === undefined) this.files.delete(`${node}/${fileName}`);
    else this.files.set(`${node}/${fileName}`, manifest);
    this.written(node, fileName, manifest);
  }
}
