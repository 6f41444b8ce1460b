import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { DEATHS, manifestsIn, mortalStaticPods } from '../support/mortal-static-pods.js';
import type { StaticPodOrder } from '../../src/agents/core/static-pod.js';
import { StaticPodRefusedError } from '../../src/agent/static-pods/static-pod-changes.js';
import type { StaticPodKeeper } from '../../src/agent/static-pods/static-pod-keeper.js';

const HOUR = 3_600_000;
const NAME = 'web.yaml';
const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: '${image}' }] }\n`;
const OLD = pod('old');
const NEW = pod('new');

let dir: string;
let open: { close: () => Promise<void> }[];
let count = 0;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'quartermaster-static-pods-'));
  open = [];
});
afterEach(async () => {
  for (const one of open) await one.close();
  rmSync(dir, { recursive: true });
});

const path = (name = NAME): string => join(manifestsIn(dir), name);
const content = (name = NAME): string | undefined =>
  existsSync(path(name)) ? readFileSync(path(name), 'utf8') : undefined;
const put = (text: string, name = NAME): void => {
  mkdirSync(manifestsIn(dir), { recursive: true });
  writeFileSync(path(name), text);
};
function start(nowMs?: () => number): StaticPodKeeper {
  const { keeper } = mortalStaticPods(dir, undefined, nowMs);
  open.push(keeper);
  keeper.start();
  return keeper;
}
const afterAnHour = (): number => Date.now() + HOUR;
const newId = (): string => `change-${String((count += 1))}`;
const install = (over: object = {}): StaticPodOrder & { do: 'install' } => ({
  do: 'install',
  changeId: newId(),
  fileName: NAME,
  manifest: NEW,
  mustExist: [],
  confirmWithinMs: HOUR,
  ...over,
});
const removal = (over: object = {}): StaticPodOrder & { do: 'remove' } => ({
  do: 'remove',
  changeId: newId(),
  fileName: NAME,
  confirmWithinMs: HOUR,
  ...over,
});
const told = (keeper: StaticPodKeeper, changeId: string) =>
  keeper.untold().find((change) => change.changeId === changeId);
const undone = (keeper: StaticPodKeeper, changeId: string) =>
  eventually('it is undone', () => {
    const change = told(keeper, changeId);
    return change?.state === 'pending' ? undefined : change;
  });
const refused = async (made: Promise<unknown>): Promise<string> => {
  const error = await made.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StaticPodRefusedError);
  return (error as Error).message;
};

describe('A change of a manifest', () => {
  it('installs one where there was none, for its owner alone, and stays when it is confirmed', async () => {
    const keeper = start();
    const order = install();
    expect(await keeper.carryOut(order)).toMatchObject({ state: 'pending', replaced: false });
    expect([content(), statSync(path()).mode & 0o777]).toEqual([NEW, 0o600]);
    expect(readdirSync(manifestsIn(dir))).toEqual([NAME]);
    const confirm = { do: 'confirm', changeId: order.changeId } as const;
    expect(await keeper.carryOut(confirm)).toMatchObject({ state: 'confirmed' });
    expect(await keeper.carryOut(confirm)).toMatchObject({ state: 'confirmed' });
    expect(await keeper.carryOut(order)).toMatchObject({ state: 'confirmed' });
  });

  it.each([
    ['an installation over another', OLD, install],
    ['an installation', undefined, install],
    ['a removal', OLD, removal],
    ['a removal of nothing', undefined, removal],
  ])('that nobody confirms is undone by itself: %s', async (_, before, order) => {
    if (before !== undefined) put(before);
    const keeper = start();
    const asked = order({ confirmWithinMs: 20 });
    const { changeId } = asked;
    const made = await keeper.carryOut(asked);
    expect(made).toMatchObject({ state: 'pending', replaced: before !== undefined });
    const change = await undone(keeper, changeId);
    expect(change).toMatchObject({ state: 'restored', because: 'it was not confirmed within 20ms' });
    expect(content()).toBe(before);
    expect(await refused(keeper.carryOut({ do: 'confirm', changeId }))).toContain('was undone');
    expect(await refused(keeper.carryOut(asked))).toContain('was undone');
    expect(content()).toBe(before);
  });

  it('is undone when it is asked for, once and again, with the rights that the file had', async () => {
    put(OLD);
    chmodSync(path(), 0o640);
    const keeper = start();
    const { changeId } = await keeper.carryOut(install());
    expect(statSync(path()).mode & 0o777).toBe(0o640);
    for (const _ of [1, 2]) {
      expect(await keeper.carryOut({ do: 'restore', changeId })).toMatchObject({ state: 'restored' });
      expect([content(), statSync(path()).mode & 0o777]).toEqual([OLD, 0o640]);
    }
  });

  it('is undone also after it was confirmed, unless the manifest was changed again', async () => {
    const keeper = start();
    const first = await keeper.carryOut(install());
    await keeper.carryOut({ do: 'confirm', changeId: first.changeId });
    const second = await keeper.carryOut(install({ manifest: OLD }));
    expect(await refused(keeper.carryOut({ do: 'restore', changeId: first.changeId }))).toContain('changed again');
    await keeper.carryOut({ do: 'restore', changeId: second.changeId });
    expect(content()).toBe(NEW);
    await keeper.carryOut({ do: 'restore', changeId: first.changeId });
    expect(content()).toBeUndefined();
  });

  it('is refused while another one of the same manifest waits, and not for another manifest', async () => {
    const keeper = start();
    const first = await keeper.carryOut(install());
    expect(await refused(keeper.carryOut(removal()))).toContain(`${first.changeId} of ${NAME} is not confirmed yet`);
    await keeper.carryOut(install({ fileName: 'other.yaml' }));
    expect([content(), content('other.yaml')]).toEqual([NEW, NEW]);
  });

  it('is refused under the id of another', async () => {
    const keeper = start();
    const { changeId } = await keeper.carryOut(install());
    for (const other of [
      install({ changeId, manifest: OLD }),
      install({ changeId, fileName: 'b.yaml' }),
      removal({ changeId }),
    ])
      expect(await refused(keeper.carryOut(other))).toContain('another change');
    expect(await refused(keeper.carryOut({ do: 'confirm', changeId: 'none' }))).toContain('no change');
  });
});

describe('What somebody else has written meanwhile', () => {
  it('is left when the time of a change is over', async () => {
    put(OLD);
    const first = start();
    const { changeId } = await first.carryOut(install());
    put('somebody else’s');
    await first.close();
    expect(await undone(start(afterAnHour), changeId)).toMatchObject({ state: 'left' });
    expect(content()).toBe('somebody else’s');
  });

  it.each(['confirm', 'restore', 'install'] as const)('is left by %s', async (how) => {
    put(OLD);
    const keeper = start();
    const order = install();
    const { changeId } = await keeper.carryOut(order);
    put('somebody else’s');
    await refused(keeper.carryOut(how === 'install' ? order : { do: how, changeId }));
    expect(content()).toBe('somebody else’s');
    expect(told(keeper, changeId)).toMatchObject({ state: 'left', because: expect.stringContaining('somebody else') });
  });

  it('is no change to confirm where it is what was there before', async () => {
    put(OLD);
    const keeper = start();
    const { changeId } = await keeper.carryOut(install());
    put(OLD);
    expect(await refused(keeper.carryOut({ do: 'confirm', changeId }))).toContain('put back');
    expect(told(keeper, changeId)).toMatchObject({ state: 'restored' });
  });
});

describe('Nothing is written', () => {
  it('when something is missing on the node, which is named', async () => {
    const keeper = start();
    writeFileSync(join(dir, 'there.conf'), '');
    const mustExist = ['/there.conf', '/missing.conf', '/there.conf/below'];
    const why = await refused(keeper.carryOut(install({ mustExist })));
    expect(why).toContain('/missing.conf, /there.conf/below');
    expect([readdirSync(manifestsIn(dir)), keeper.untold()]).toEqual([[], []]);
  });

  it('when the manifest is no Pod', async () => {
    expect(await refused(start().carryOut(install({ manifest: 'kind: Secret' })))).toContain('no Pod of v1');
    expect(readdirSync(manifestsIn(dir))).toEqual([]);
  });

  it.each(['../web.yaml', '.web.yaml', 'a/b.yaml', '', '..'])('under the name %j', async (fileName) => {
    await expect(start().carryOut(install({ fileName }))).rejects.toThrow('no name of a file');
    expect(readdirSync(manifestsIn(dir))).toEqual([]);
  });

  it('through links, nor over what is no file', async () => {
    const keeper = start();
    writeFileSync(join(dir, 'target'), 'precious');
    symlinkSync(join(dir, 'target'), path());
    await expect(keeper.carryOut(install())).rejects.toThrow('is a link');
    mkdirSync(path('folder.yaml'));
    await expect(keeper.carryOut(install({ fileName: 'folder.yaml' }))).rejects.toThrow('is no file');
    expect(readFileSync(join(dir, 'target'), 'utf8')).toBe('precious');
    rmSync(manifestsIn(dir), { recursive: true });
    await expect(keeper.carryOut(install())).rejects.toThrow('STATIC_POD_PATH');
    mkdirSync(join(dir, 'elsewhere'));
    symlinkSync(join(dir, 'elsewhere'), manifestsIn(dir));
    await expect(keeper.carryOut(install())).rejects.toThrow('STATIC_POD_PATH');
    expect(readdirSync(join(dir, 'elsewhere'))).toEqual([]);
  });
});

describe('A second agent', () => {
  it('does nothing while the first has the journal, and undoes what that left when it is gone', async () => {
    put(OLD);
    let nowMs = 0;
    const first = start(() => nowMs);
    const { changeId } = await first.carryOut(install());
    const second = start(() => nowMs);
    expect(second.isOpen).toBe(false);
    await expect(second.carryOut(removal({ fileName: 'other.yaml' }))).rejects.toThrow('another agent');
    nowMs = HOUR;
    expect(content()).toBe(NEW);
    await first.close();
    expect(await undone(second, changeId)).toMatchObject({ state: 'restored' });
    expect(content()).toBe(OLD);
  });
});

/** Starts an agent that makes a change and dies at a point, and gives up what a dead process gives up. */
async function die(at: string, order: StaticPodOrder): Promise<void> {
  let isDead = false;
  const { keeper, release } = mortalStaticPods(dir, (point) => {
    isDead ||= point === at;
    if (isDead) throw new Error('dead');
  });
  keeper.start();
  await keeper.carryOut(order).catch(() => undefined);
  await eventually('its death', () => isDead);
  await keeper.close().catch(() => undefined);
  release();
}

const CASES = DEATHS.flatMap((at) => [
  { at, what: 'installs', kind: install, after: NEW },
  ...(at === 'staged once' ? [] : [{ at, what: 'removes', kind: removal, after: undefined }]),
]);

describe('An agent that is killed', () => {
  it.each(CASES)('while it $what, $at, leaves what the next one undoes when the time is over', async ({ at, kind }) => {
    put(OLD);
    const order = kind({ confirmWithinMs: 20 });
    await die(at, order);
    const keeper = start(afterAnHour);
    await eventually('nothing is pending', () => told(keeper, order.changeId)?.state !== 'pending');
    expect(content()).toBe(OLD);
    expect(readdirSync(manifestsIn(dir))).toEqual([NAME]);
    expect(told(keeper, order.changeId)?.state).toBe(at === 'before begin' ? undefined : 'restored');
  });

  it.each(CASES.filter(({ at }) => DEATHS.indexOf(at) < DEATHS.indexOf('before settle')))(
    'while it $what, $at, leaves what the next one goes on with when it is asked again in time',
    async ({ at, kind, after }) => {
      put(OLD);
      const order = kind();
      await die(at, order);
      const keeper = start();
      expect(await keeper.carryOut(order)).toMatchObject({ state: 'pending', replaced: true });
      expect(content()).toBe(after);
      const confirmed = await keeper.carryOut({ do: 'confirm', changeId: order.changeId });
      expect(confirmed).toMatchObject({ state: 'confirmed' });
    },
  );
});
