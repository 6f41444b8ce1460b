import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StaticPodKeeper } from '../../src/agent/static-pods/static-pod-keeper.js';
import { eventually } from '../support/eventually.js';
import { isAlive } from '../support/is-alive.js';
import { DEATHS, manifestsIn, mortalStaticPods } from '../support/mortal-static-pods.js';
import { startTypescriptChild, type TypescriptChild } from '../support/typescript-child.js';

const OLD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: old }] }\n';
const HOUR = 3_600_000;

let dir: string;
let keeper: StaticPodKeeper | undefined;
let child: TypescriptChild | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'quartermaster-static-pods-killed-'));
  mkdirSync(manifestsIn(dir));
  writeFileSync(join(manifestsIn(dir), 'web.yaml'), OLD);
});
afterEach(async () => {
  await keeper?.close();
  await child?.kill();
  rmSync(dir, { recursive: true });
});

function startChild(killAt: string, confirmWithinMs: number): TypescriptChild {
  const manifest = OLD.replace('old', 'new');
  const order = { do: 'install', changeId: 'one', fileName: 'web.yaml', manifest, mustExist: [], confirmWithinMs };
  return startTypescriptChild('./static-pods.main.ts', dir, killAt, JSON.stringify(order));
}
/** As an agent that is started an hour later. */
function startKeeper(): StaticPodKeeper {
  ({ keeper } = mortalStaticPods(dir, undefined, () => Date.now() + HOUR));
  keeper.start();
  return keeper;
}
const content = (): string => readFileSync(join(manifestsIn(dir), 'web.yaml'), 'utf8');
const stateIn = (from: StaticPodKeeper): string | undefined => from.untold()[0]?.state;

describe('An agent that changes a static pod', () => {
  it.each(DEATHS)('and is killed %s leaves what the next one undoes', async (at) => {
    child = startChild(at, 1);
    const { pid } = child;
    await eventually('its death', () => !isAlive(pid));
    const next = startKeeper();
    expect(next.isOpen).toBe(true);
    await eventually('nothing is pending', () => stateIn(next) !== 'pending');
    expect([content(), stateIn(next)]).toEqual([OLD, at === 'before begin' ? undefined : 'restored']);
    expect(readdirSync(manifestsIn(dir))).toEqual(['web.yaml']);
  });

  it('keeps every other agent of the node from it as long as it lives', async () => {
    child = startChild('never', HOUR);
    await child.waitForLine((line) => line === 'open');
    const second = startKeeper();
    expect([second.isOpen, content()]).toEqual([false, OLD.replace('old', 'new')]);
    await child.kill();
    await eventually('the second has the journal', () => second.isOpen);
    await eventually('it is undone', () => stateIn(second) === 'restored');
    expect(content()).toBe(OLD);
  });
});
