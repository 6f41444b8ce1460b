import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { manifestsIn, mortalStaticPods } from '../support/mortal-static-pods.js';
import type { StaticPodOrder } from '../../src/agents/core/static-pod.js';
import type { StaticPodKeeper } from '../../src/agent/static-pods/static-pod-keeper.js';

const NAME = 'web.yaml';
const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: '${image}' }] }\n`;
const OLD = pod('old');
const NEW = pod('new');

let dir: string;
let open: StaticPodKeeper[];
let count = 0;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'quartermaster-put-back-'));
  mkdirSync(manifestsIn(dir));
  open = [];
});
afterEach(async () => {
  for (const one of open) await one.close();
  rmSync(dir, { recursive: true });
});

const path = (): string => join(manifestsIn(dir), NAME);
const content = (): string | undefined => (existsSync(path()) ? readFileSync(path(), 'utf8') : undefined);
function start(): StaticPodKeeper {
  const { keeper } = mortalStaticPods(dir);
  open.push(keeper);
  keeper.start();
  return keeper;
}
const head = (): { changeId: string; fileName: string } => ({ changeId: `change-${(count += 1)}`, fileName: NAME });
const install = (manifest = NEW): StaticPodOrder => ({
  do: 'install',
  ...head(),
  manifest,
  mustExist: [],
  confirmWithinMs: 3_600_000,
});
const putBack = (confirmWithinMs = 3_600_000): StaticPodOrder => ({ do: 'putBack', ...head(), confirmWithinMs });
async function stay(keeper: StaticPodKeeper, order: StaticPodOrder): Promise<void> {
  await keeper.carryOut(order);
  await keeper.carryOut({ do: 'confirm', changeId: order.changeId });
}

describe('What was there before all changes that stayed', () => {
  it.each([
    ['another manifest', OLD],
    ['nothing', undefined],
  ])('is put back, and stays when that is confirmed: %s', async (_, before) => {
    if (before !== undefined) writeFileSync(path(), before);
    const keeper = start();
    await stay(keeper, install());
    await stay(keeper, install(pod('newer')));
    await keeper.close();
    const next = start();
    const order = putBack();
    const made = { state: 'pending', replaced: true, keepsManifest: before !== undefined };
    expect(await next.carryOut(order)).toMatchObject(made);
    expect(await next.carryOut(order)).toMatchObject(made);
    expect(content()).toBe(before);
    expect(await next.carryOut({ do: 'confirm', changeId: order.changeId })).toMatchObject({ state: 'confirmed' });
    await stay(next, putBack());
    expect(content()).toBe(before);
  });

  it('goes again when nobody confirms that it is back', async () => {
    writeFileSync(path(), OLD);
    const keeper = start();
    await stay(keeper, install());
    const { changeId } = await keeper.carryOut(putBack(20));
    await eventually('it is undone', () =>
      keeper.untold().some((change) => change.changeId === changeId && change.state === 'restored'),
    );
    expect(content()).toBe(NEW);
  });

  it('is not known without such a change, nor when somebody else has written since', async () => {
    writeFileSync(path(), OLD);
    const keeper = start();
    await keeper.carryOut({ do: 'restore', changeId: (await keeper.carryOut(install())).changeId });
    await expect(keeper.carryOut(putBack())).rejects.toThrow(`no change of ${NAME} that stayed is known`);
    await stay(keeper, install());
    writeFileSync(path(), 'somebody else’s');
    await expect(keeper.carryOut(putBack())).rejects.toThrow('somebody else has changed it since');
    expect(content()).toBe('somebody else’s');
  });
});
