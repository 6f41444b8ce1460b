import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RuntimeEvent } from '../../src/agent/container-runtime.port.js';
import { RuntimeAwayError, RuntimeLacksError } from '../../src/agent/runtime-errors.js';
import { eventually } from '../support/eventually.js';
import type { RuntimeUnderTest } from './container-runtime.fixture.js';

/** What every adapter of `ContainerRuntime` and `RuntimeRemover` promises. */
export function describeContainerRuntime(name: string, start: () => Promise<RuntimeUnderTest>): void {
  describe(`ContainerRuntime on ${name}`, () => {
    let at: RuntimeUnderTest;
    const running = { tag: newTag(), image: '', id: '' };
    const ended = { tag: newTag(), image: '', id: '' };
    const startedAtMs = Date.now();

    beforeAll(async () => {
      at = await start();
      running.image = await at.addImage(running.tag);
      running.id = await at.run(running.tag);
      ended.image = await at.addImage(ended.tag);
      ended.id = await at.runToItsEnd(ended.tag);
    });
    afterAll(() => at.stop());

    const images = async () => new Map((await at.runtime.listImages()).map((one) => [one.id, one]));
    const containers = async () => new Map((await at.runtime.listContainers()).map((one) => [one.id, one]));
    const sandboxes = async () => new Map((await at.runtime.listSandboxes()).map((one) => [one.id, one]));
    /** Whether a moment is one of this test, by the node's clock. */
    const isRecent = (atMs: number | undefined): boolean =>
      atMs !== undefined && atMs >= startedAtMs - 1000 && atMs <= Date.now() + 1000;

    it('says what it is', async () => {
      const { name, version } = await at.runtime.describe();
      expect(name).toMatch(/^[a-z-]+$/);
      expect(version).toMatch(/\d/);
    });

    it('lists images with their tags and size', async () => {
      const [first, second] = [newTag(), newTag()];
      const id = await at.addImage(first, second);
      const image = (await images()).get(id);
      expect(image?.repoTags.toSorted()).toEqual([first, second].sort());
      expect(image?.sizeBytes).toBeGreaterThan(0);
      expect(Number.isSafeInteger(image?.sizeBytes)).toBe(true);
      expect(image?.pinned).toBe(false);
    });

    it('finds an image by id and by tag as the list has it, and none that is not there', async () => {
      const listed = (await images()).get(running.image);
      expect(listed).toMatchObject((await at.runtime.findImage(running.image)) ?? {});
      expect((await at.runtime.findImage(running.tag))?.id).toBe(running.image);
      expect(await at.runtime.findImage(running.image.replace(/[\da-f]{64}$/, '0'.repeat(64)))).toBeUndefined();
      expect(await at.runtime.findImage(newTag())).toBeUndefined();
    });

    it('lists a container that runs with its image and the moment of its creation', async () => {
      const container = (await containers()).get(running.id);
      expect(container).toMatchObject({ id: running.id, imageId: running.image, state: 'running', attempt: 0 });
      expect(container?.imageRef).not.toBe('');
      expect(isRecent(container?.createdAtMs)).toBe(true);
      expect(container?.finishedAtMs).toBeUndefined();
      expect(container?.exitCode).toBeUndefined();
    });

    it('lists one that has ended with its exit code and the moment of its end', async () => {
      const container = (await containers()).get(ended.id);
      expect(container).toMatchObject({ imageId: ended.image, state: 'exited', exitCode: 3 });
      expect(isRecent(container?.finishedAtMs)).toBe(true);
      expect(container?.finishedAtMs).toBeGreaterThanOrEqual(container?.createdAtMs ?? Infinity);
    });

    it('tells of each container the same when it is asked for it alone, and nothing of one that is not there', async () => {
      const listed = await containers();
      for (const { id } of [running, ended]) expect(await at.runtime.findContainer(id)).toEqual(listed.get(id));
      expect(await at.runtime.findContainer('0'.repeat(64))).toBeUndefined();
    });

    it('knows the pod and the sandbox of a container, where there are pods', async () => {
      const container = (await containers()).get(running.id);
      const sandbox = (await sandboxes()).get(container?.sandboxId ?? '');
      if (!at.hasSandboxes) {
        expect([container?.pod, container?.sandboxId, (await sandboxes()).size]).toEqual([undefined, undefined, 0]);
        return;
      }
      expect(container?.pod?.podUid).toMatch(/^[\da-f-]{36}$/);
      expect(sandbox).toMatchObject({ pod: container?.pod, state: 'ready', attempt: 0 });
      expect(isRecent(sandbox?.createdAtMs)).toBe(true);
    });

    it('names the file system of its images', async () => {
      const fileSystems = await at.runtime.listFileSystems();
      expect(fileSystems[0]?.holds).toBe('image');
      for (const { mountpoint } of fileSystems) expect(mountpoint).toMatch(/^\//);
    });

    it('says that the runtime is away when nothing answers', async () => {
      const away = at.atNothing();
      await expect(away.describe()).rejects.toThrow(RuntimeAwayError);
      await expect(away.listImages()).rejects.toThrow(RuntimeAwayError);
      await expect(away.findContainer(running.id)).rejects.toThrow(RuntimeAwayError);
    });

    it('tells of a container that starts and ends, or that it has no such events', async () => {
      const seen: RuntimeEvent[] = [];
      const stop = new AbortController();
      const listening = (async () => {
        for await (const event of at.runtime.events(stop.signal)) seen.push(event);
      })();
      listening.catch(() => undefined); // is waited for below
      if (!at.hasEvents) {
        await expect(listening).rejects.toThrow(RuntimeLacksError);
        return;
      }
      try {
        await eventually('events to be told', async () => {
          if (seen.length === 0) await at.runToItsEnd(ended.tag);
          return seen.length > 0;
        });
        const id = await at.runToItsEnd(ended.tag);
        const itsOwn = (): RuntimeEvent[] => seen.filter(({ containerId }) => containerId === id);
        await eventually('the end of the container', () => itsOwn().some(({ kind }) => kind === 'stopped'));
        expect(itsOwn().map(({ kind }) => kind)).toEqual(expect.arrayContaining(['created', 'started', 'stopped']));
        expect(itsOwn().every(({ atMs }) => isRecent(atMs))).toBe(true);
      } finally {
        stop.abort();
        await listening;
      }
    });

    it('removes an image with all of its tags, and says the second time that it is gone', async () => {
      const id = await at.addImage(newTag(), newTag());
      expect(await at.remover.removeImage(id)).toEqual({ outcome: 'removed', because: '' });
      expect((await images()).has(id)).toBe(false);
      expect((await at.remover.removeImage(id)).outcome).toBe('absent');
    });

    it('keeps an image that a container refers to, whether it runs or has ended', async () => {
      for (const { image } of [running, ended]) {
        expect(await at.remover.removeImage(image)).toEqual({
          outcome: 'kept',
          because: expect.stringContaining('in use'),
        });
        expect((await images()).get(image)?.repoTags).toHaveLength(1);
      }
    });

    it('keeps an image that is mounted as a volume, where it can be', async () => {
      if (!at.runMounting) return;
      const tag = newTag();
      const mounted = { tag, id: await at.addImage(tag) };
      const id = await at.runMounting(running.tag, mounted);
      expect((await containers()).get(id)).toMatchObject({ imageId: running.image, mountedImages: [mounted.id] });
      expect((await at.remover.removeImage(mounted.id)).because).toMatch(/^in use by contract\//);
    });

    it('keeps a container that runs', async () => {
      expect(await at.remover.removeContainer(running.id)).toMatchObject({ outcome: 'kept' });
      expect((await at.runtime.findContainer(running.id))?.state).toBe('running');
    });

    it('removes a container that has ended, after which its image can go', async () => {
      const tag = newTag();
      const image = await at.addImage(tag);
      const id = await at.runToItsEnd(tag);
      expect(await at.remover.removeContainer(id)).toEqual({ outcome: 'removed', because: '' });
      expect((await containers()).has(id)).toBe(false);
      expect((await at.remover.removeContainer(id)).outcome).toBe('absent');
      expect(await at.remover.removeImage(image)).toEqual({ outcome: 'removed', because: '' });
    });

    it('keeps a sandbox that is ready or holds a container, and removes one that is neither', async () => {
      const find = async (id: string) => (await containers()).get(id)?.sandboxId ?? 'none';
      expect((await at.remover.removeSandbox('0'.repeat(64))).outcome).toBe('absent');
      if (!at.hasSandboxes) return;
      expect(await at.remover.removeSandbox(await find(running.id))).toEqual({
        outcome: 'kept',
        because: 'it is ready',
      });
      const id = await at.runToItsEnd(ended.tag);
      const sandbox = await find(id);
      await eventually('the sandbox to be stopped', async () => (await sandboxes()).get(sandbox)?.state === 'notReady');
      expect(await at.remover.removeSandbox(sandbox)).toEqual({
        outcome: 'kept',
        because: expect.stringContaining('holds'),
      });
      await at.remover.removeContainer(id);
      expect(await at.remover.removeSandbox(sandbox)).toEqual({ outcome: 'removed', because: '' });
      expect((await sandboxes()).has(sandbox)).toBe(false);
    });
  });
}

function newTag(): string {
  return `registry.example/contract/${randomUUID().slice(0, 8)}:1`;
}
