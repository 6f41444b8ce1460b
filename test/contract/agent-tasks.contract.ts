import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgentFindingRecords } from '../../src/agents/agent-finding-records.port.js';
import type { AgentTaskRecords } from '../../src/agents/agent-task-records.port.js';
import type { NewAgentTask } from '../../src/agents/agent-task.js';
import type { AgentWorkRecords, TakenTask } from '../../src/agents/agent-work-records.port.js';
import type { ItemReport } from '../../src/agents/core/task.js';

const T0 = Date.UTC(2026, 0, 2);
const LEASE = 30_000;
const ORDER = {
  items: [{ key: 'image/a', target: { kind: 'image', id: 'a', repoTags: [], sizeBytes: 1 }, because: 'old' }],
  keepImages: [],
  imagesPerMinute: 20,
  deadlineMs: 60_000,
} as const;
const said = (key: string, state: ItemReport['state']): ItemReport => ({ key, state, because: 'so', atMs: T0 });

let made = 0;
const newName = (what: string): string => `${what}-${String((made += 1))}`;

/** The ports of one database, and what closes it. */
export interface AgentTaskEngine {
  readonly tasks: AgentTaskRecords;
  readonly work: AgentWorkRecords;
  readonly findings: AgentFindingRecords;
  readonly close: () => Promise<void>;
}

/** What every database promises of agents' tasks, to those who ask for them and to those who carry them out. */
export function describeAgentTasks(engine: string, open: () => Promise<AgentTaskEngine>): void {
  describe(`agent tasks on ${engine}`, () => {
    let { tasks, work, findings, close } = {} as AgentTaskEngine;
    let node: string;
    beforeAll(async () => {
      ({ tasks, work, findings, close } = await open());
    });
    afterAll(() => close());
    beforeEach(() => {
      node = newName('node');
    });

    const add = async (kind: 'inventory' | 'remove' = 'inventory', fields: Partial<NewAgentTask> = {}) => {
      const common = { id: newName('task'), node, deadlineAtMs: T0 + 3_600_000, ...fields };
      const task = (kind === 'remove' ? { ...common, kind, order: ORDER } : { ...common, kind }) as NewAgentTask;
      await tasks.insert([task], T0);
      return task.id;
    };
    const take = (task: string, instance = 'one', nowMs = T0) => work.take({ task, node }, instance, nowMs, LEASE);
    const taken = async (task: string, instance = 'one', nowMs = T0): Promise<TakenTask> => {
      const got = await take(task, instance, nowMs);
      if (!got) throw new Error('the task could not be taken');
      return got;
    };
    const state = async (id: string) => (await tasks.find([id]))[0];
    const waiting = async (nowMs = T0) => (await work.available([node], nowMs)).map(({ id }) => id);

    describe('asking', () => {
      it('asks once for what is asked twice, and tells what is new', async () => {
        const task = { id: newName('task'), node, kind: 'inventory' as const, deadlineAtMs: T0 + 1_000 };
        expect(await tasks.insert([task], T0)).toBe(1);
        expect(await tasks.insert([{ ...task, deadlineAtMs: T0 + 9_000 }], T0 + 5)).toBe(0);
        expect(await tasks.insert([], T0)).toBe(0);
        expect(await tasks.find([task.id, 'none'])).toEqual([
          {
            id: task.id,
            node,
            kind: 'inventory',
            state: 'queued',
            attempt: 0,
            deadlineAtMs: T0 + 1_000,
            createdAtMs: T0,
            cancelRequested: false,
          },
        ]);
      });

      it('cancels a queued task at once, and asks for the end of a leased one', async () => {
        const [queued, leased] = [await add(), await add()];
        await take(leased);
        expect(await tasks.cancel(queued, T0 + 1)).toBe(true);
        expect(await tasks.cancel(queued, T0 + 2)).toBe(false);
        expect(await tasks.cancel('none', T0)).toBe(false);
        expect(await tasks.cancel(leased, T0 + 1)).toBe(true);
        expect(await state(queued)).toMatchObject({ state: 'cancelled', finishedAtMs: T0 + 1 });
        expect(await state(leased)).toMatchObject({ state: 'leased', cancelRequested: true });
        expect(await waiting(T0 + LEASE)).toEqual([]);
      });

      it('ends what nobody will end, and leaves what an agent still holds', async () => {
        const [late, held, lost, open] = [
          await add('inventory', { deadlineAtMs: T0 + 10 }),
          await add('inventory', { deadlineAtMs: T0 + 10 }),
          await add(),
          await add(),
        ];
        await take(held);
        await take(lost, 'one', T0 - LEASE + 5);
        await tasks.cancel(lost, T0);
        await tasks.settle(T0 + 10);
        expect(await state(late)).toMatchObject({ state: 'expired', finishedAtMs: T0 + 10, error: expect.any(String) });
        expect(await state(held)).toMatchObject({ state: 'leased' });
        expect(await state(lost)).toMatchObject({ state: 'cancelled' });
        expect(await state(open)).toMatchObject({ state: 'queued' });
        await tasks.settle(T0 + LEASE);
        expect(await state(held)).toMatchObject({ state: 'expired' });
        expect((await state(held))?.leaseUntilMs).toBeUndefined();
      });

      it('tells what runs on nodes, and how many tasks stand where', async () => {
        const before = await tasks.counts();
        const [one, two] = [await add(), await add()];
        await take(one);
        expect((await tasks.running([node, 'other'], T0)).map(({ id }) => id)).toEqual([one]);
        expect(await tasks.running([node], T0 + LEASE)).toEqual([]);
        const after = await tasks.counts();
        expect([after.queued - before.queued, after.leased - before.leased]).toEqual([1, 1]);
        await tasks.cancel(two, T0);
      });

      it('removes what was over for long, with its reports', async () => {
        const id = await add('remove');
        const { attempt } = await taken(id, 'one', T0 - 5_000);
        const speaking = { task: id, node, attempt };
        await work.report(speaking, { sequence: 1, items: [said('image/a', 'removed')] }, T0 - 5_000, LEASE);
        await work.finish(speaking, { to: 'done' }, T0 - 5_000);
        expect(await tasks.trim(T0 - 5_000, 10)).toBe(0);
        expect(await tasks.trim(T0 - 4_999, 10)).toBe(1);
        expect(await tasks.find([id])).toEqual([]);
        expect(await tasks.reports(id)).toEqual([]);
      });
    });

    describe('carrying out', () => {
      it('gives what waits, the oldest first, to one who takes it', async () => {
        const first = await add();
        const second = await add('remove');
        expect(await waiting()).toEqual([first, second]);
        expect(await take(second)).toEqual({
          id: second,
          kind: 'remove',
          attempt: 1,
          createdAtMs: T0,
          deadlineAtMs: T0 + 3_600_000,
          order: { ...ORDER, earlier: [] },
        });
        expect(await take(second, 'two')).toBeUndefined();
        expect(await work.take({ task: first, node: 'other' }, 'one', T0, LEASE)).toBeUndefined();
        expect(await waiting()).toEqual([first]);
        expect(await state(second)).toMatchObject({ state: 'leased', holder: 'one', leaseUntilMs: T0 + LEASE });
      });

      it('gives a task to exactly one of many who take it at once', async () => {
        const id = await add();
        const got = await Promise.all(['a', 'b', 'c', 'd'].map((instance) => take(id, instance)));
        expect(got.filter((one) => one !== undefined)).toHaveLength(1);
      });

      it('lets a node have one removal at a time, however they are taken', async () => {
        const [one, two] = [await add('remove'), await add('remove')];
        const got = await Promise.all([take(one), take(two, 'two')]);
        expect(got.filter((taken) => taken !== undefined)).toHaveLength(1);
        expect(await waiting()).toEqual([]);
        expect(await waiting(T0 + LEASE)).toEqual([one, two]);
      });

      it('gives a task whose lease has lapsed to another, which hears what was told, and hears the first no more', async () => {
        const id = await add('remove');
        const first = { task: id, node, attempt: (await taken(id)).attempt };
        const told = [said('image/a', 'removed'), said('image/b', 'removing'), said('image/c', 'notReached')];
        await work.report(first, { sequence: 1, items: told }, T0 + 10_000, LEASE);
        expect(await waiting(T0 + LEASE)).toEqual([]);
        const second = await taken(id, 'two', T0 + 10_000 + LEASE);
        expect(second.attempt).toBe(2);
        expect(second.order?.earlier).toEqual([
          { key: 'image/a', state: 'removed' },
          { key: 'image/b', state: 'removing' },
        ]);
        const report = { sequence: 2, items: [said('image/b', 'removed')] };
        expect(await work.report(first, report, T0 + 50_000, LEASE)).toBe('superseded');
        expect(await work.finish(first, { to: 'done' }, T0 + 50_000)).toBe('superseded');
        expect(await work.report({ ...first, attempt: 2 }, report, T0 + 50_000, LEASE)).toEqual({
          cancelRequested: false,
        });
        expect((await tasks.reports(id)).map(({ key, attempt }) => [key, attempt])).toEqual([
          ['image/a', 1],
          ['image/b', 1],
          ['image/c', 1],
          ['image/b', 2],
        ]);
      });

      it('still hears an attempt whose lease has lapsed while nobody else has taken its task', async () => {
        const id = await add();
        const speaking = { task: id, node, attempt: (await taken(id)).attempt };
        expect(await work.report(speaking, { items: [] }, T0 + LEASE + 1, LEASE)).toEqual({ cancelRequested: false });
        expect(await state(id)).toMatchObject({ leaseUntilMs: T0 + LEASE + 1 + LEASE });
      });

      it('hears a removal whose lease has lapsed no more while another one of the node runs', async () => {
        const [late, other] = [await add('remove'), await add('remove')];
        const speaking = { task: late, node, attempt: (await taken(late)).attempt };
        const running = { task: other, node, attempt: (await taken(other, 'two', T0 + LEASE)).attempt };
        const report = { sequence: 1, items: [said('image/a', 'removing')] };
        expect(await work.report(speaking, report, T0 + LEASE + 1, LEASE)).toBe('superseded');
        expect(await tasks.reports(late)).toEqual([]);
        expect(await state(late)).toMatchObject({ leaseUntilMs: T0 + LEASE });
        expect(await work.report(running, report, T0 + LEASE + 1, LEASE)).toEqual({ cancelRequested: false });
        await work.finish(running, { to: 'done' }, T0 + LEASE + 2);
        expect(await work.report(speaking, report, T0 + LEASE + 3, LEASE)).toEqual({ cancelRequested: false });
      });

      it('notes a report that comes twice once, and says with each whether the task was cancelled', async () => {
        const id = await add('remove');
        const speaking = { task: id, node, attempt: (await taken(id)).attempt };
        const report = { sequence: 1, items: [said('image/a', 'removing')] };
        await work.report(speaking, report, T0, LEASE);
        await tasks.cancel(id, T0);
        expect(await work.report(speaking, report, T0, LEASE)).toEqual({ cancelRequested: true });
        expect(await tasks.reports(id)).toEqual([{ ...said('image/a', 'removing'), attempt: 1 }]);
        expect(await work.report({ ...speaking, task: 'none' }, report, T0, LEASE)).toBe('unknown');
        expect(await work.report({ ...speaking, node: 'other' }, report, T0, LEASE)).toBe('unknown');
      });

      it('ends a task once, and knows the same ending again', async () => {
        const id = await add('remove');
        const speaking = { task: id, node, attempt: (await taken(id)).attempt };
        const summary = { freedBytes: 7 };
        expect(await work.finish(speaking, { to: 'done', summary }, T0 + 5)).toBe('noted');
        expect(await work.finish(speaking, { to: 'done', summary }, T0 + 9)).toBe('noted');
        expect(await work.finish(speaking, { to: 'failed', error: 'x' }, T0 + 9)).toBe('over');
        expect(await work.report(speaking, { items: [] }, T0 + 9, LEASE)).toBe('over');
        expect(await state(id)).toMatchObject({ state: 'done', finishedAtMs: T0 + 5, summary });
      });

      it('takes a task back, for the next attempt', async () => {
        const id = await add();
        const speaking = { task: id, node, attempt: (await taken(id)).attempt };
        expect(await work.finish(speaking, { to: 'queued' }, T0 + 5)).toBe('noted');
        expect(await work.finish(speaking, { to: 'queued' }, T0 + 5)).toBe('noted');
        expect(await waiting()).toEqual([id]);
        expect(await taken(id, 'two')).toMatchObject({ attempt: 2 });
      });

      it('gives nothing past its deadline', async () => {
        const id = await add('inventory', { deadlineAtMs: T0 + 10 });
        expect(await waiting(T0 + 10)).toEqual([]);
        expect(await take(id, 'one', T0 + 10)).toBeUndefined();
      });
    });

    describe('findings', () => {
      const found = async (body: string, atMs: number) => {
        const id = await add();
        const { attempt } = await taken(id);
        const finding = { takenAtMs: atMs - 3, body: Buffer.from(body) };
        await work.finish({ task: id, node, attempt }, { to: 'done', finding }, atMs);
        return id;
      };

      it('keeps of a node the newest of each kind, with the end of its task', async () => {
        await found('one', T0);
        const task = await found('two', T0 + 10);
        const head = { node, task, takenAtMs: T0 + 7, receivedAtMs: T0 + 10 };
        const [newest, ...others] = await findings.find('inventory', [node, 'other']);
        expect(others).toEqual([]);
        expect(newest).toMatchObject(head);
        expect(Buffer.from(newest?.body ?? []).toString()).toBe('two');
        expect((await findings.heads('inventory')).find((one) => one.node === node)).toEqual(head);
        expect(await findings.find('machine', [node])).toEqual([]);
      });

      it('forgets those that are too old', async () => {
        await found('old', T0 - 10_000);
        expect(await findings.trim(T0 - 10_000, 9)).toBe(0);
        expect(await findings.trim(T0 - 9_999, 9)).toBe(1);
        expect(await findings.find('inventory', [node])).toEqual([]);
      });
    });
  });
}
