import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ManifestFile, StaticPodFolder } from '../../src/agent/static-pods/static-pod-folder.js';
import { StaticPodJournal } from '../../src/agent/static-pods/static-pod-journal.js';
import { StaticPodKeeper } from '../../src/agent/static-pods/static-pod-keeper.js';
import { Log } from '../../src/platform/log.js';

/** Where an agent may die that makes a change and, its time being over, undoes it. */
export const DEATHS = [
  'before begin',
  'after begin',
  'staged once',
  'renamed once',
  'set once',
  'before settle',
  'staged twice',
  'renamed twice',
  'set twice',
  'after settle',
] as const;

/** The folder of static pods in a test's folder. */
export const manifestsIn = (dir: string): string => join(dir, 'manifests');

/**
 * Static pods on a real folder and a real journal below `dir`.
 * @param reach called at each point of `DEATHS`; nothing goes on when it does not return
 */
export function mortalStaticPods(
  dir: string,
  reach: (point: string) => void = () => undefined,
  nowMs: () => number = () => Date.now(),
): { readonly keeper: StaticPodKeeper; readonly release: () => void } {
  mkdirSync(manifestsIn(dir), { recursive: true });
  let opened: StaticPodJournal | undefined;
  const openJournal = (): StaticPodJournal => mortalJournal((opened = StaticPodJournal.open(join(dir, 'data'))), reach);
  const folder = new MortalFolder(manifestsIn(dir), reach);
  const keeper = new StaticPodKeeper({
    openJournal,
    folder,
    reach: (path) => join(dir, path),
    nowMs,
    log: Log.silent(),
    againMs: 20,
  });
  return { keeper, release: () => opened?.close() };
}

class MortalFolder extends StaticPodFolder {
  private times = 0;

  constructor(
    path: string,
    private readonly reach: (point: string) => void,
  ) {
    super(path);
  }

  override find(fileName: string): Promise<ManifestFile | undefined> {
    this.reach('find');
    return super.find(fileName);
  }

  override async set(fileName: string, file: ManifestFile | undefined): Promise<void> {
    this.times += 1;
    await super.set(fileName, file);
    this.reached('set');
  }

  protected override async stage(file: ManifestFile): Promise<void> {
    await super.stage(file);
    this.reached('staged');
  }

  protected override async sync(): Promise<void> {
    this.reached('renamed');
    await super.sync();
  }

  private reached(point: string): void {
    this.reach(`${point} ${this.times === 1 ? 'once' : 'twice'}`);
  }
}

function mortalJournal(journal: StaticPodJournal, reach: (point: string) => void): StaticPodJournal {
  return new Proxy(journal, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]): unknown => {
        reach(`before ${String(name)}`);
        const answer: unknown = value.apply(target, values);
        reach(`after ${String(name)}`);
        return answer;
      };
    },
  });
}
