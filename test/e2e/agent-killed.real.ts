import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import type { RemovalItem } from '../../src/agents/core/task.js';
import { AgentsApp } from '../support/agents-app.js';
import { eventually } from '../support/eventually.js';
import { isAlive } from '../support/is-alive.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { startTypescriptChild } from '../support/typescript-child.js';

const IMAGES = ['a', 'b', 'c'];
const KEPT = 'precious';

let records: TestRecords;
let app: AgentsApp;
let url: string;
beforeAll(async () => {
  records = await openPgliteRecords();
  app = await AgentsApp.boot(records.database, { AGENT_LEASE: '5s' });
  url = await app.listen();
});
afterAll(async () => {
  await app.close();
  await records.close();
});

const item = (id: string): RemovalItem => ({
  key: `image/${id}`,
  target: { kind: 'image', id, repoTags: [`${id}:1`], sizeBytes: 1 },
  because: 'unused',
});

describe('an agent that is killed in the middle of a removal', () => {
  it.each([
    ['before the intent is told', ['a']],
    ['after the intent is noted', ['a']],
    ['before the removal', ['a']],
    ['after the removal', []],
    ['after the last outcome is noted', []],
    ['before the end is told', []],
    ['after the end is noted', []],
  ])('and killed %s: the next one leaves the same, and tells the truth', async (point, leftOfFirst) => {
    const folder = mkdtempSync(join(tmpdir(), 'quartermaster-killed-'));
    const node = `node-${point.replaceAll(' ', '-')}`;
    for (const id of [...IMAGES, KEPT])
      writeFileSync(
        join(folder, id),
        JSON.stringify({ id, repoTags: [`${id}:1`], repoDigests: [], sizeBytes: 1, pinned: false }),
      );
    const tasks = app.app.get(AgentTasks);
    const order = { items: IMAGES.map(item), keepImages: [], imagesPerMinute: 1_000, deadlineMs: 600_000 };
    await tasks.add([{ id: node, node, kind: 'remove', order, deadlineAtMs: Date.now() + 600_000 }]);
    const parameters = [folder, url, app.agentToken(node)];
    const first = startTypescriptChild('./agent-on-files.main.ts', ...parameters, point);
    await eventually('the first agent is dead', () => !isAlive(first.pid));
    expect(readdirSync(folder).filter((name) => name === 'a')).toEqual(leftOfFirst);
    const second = startTypescriptChild('./agent-on-files.main.ts', ...parameters);
    try {
      const task = await tasks.waitFor(node, AbortSignal.timeout(600_000));
      expect(task).toMatchObject({ state: 'done' });
    } finally {
      await second.kill();
    }
    expect(readdirSync(folder)).toEqual([KEPT]);
    const reports = await tasks.reports(node);
    const last = Object.fromEntries(reports.map(({ key, state }) => [key, state]));
    expect(last).toEqual(Object.fromEntries(IMAGES.map((id) => [`image/${id}`, 'removed'])));
    for (const id of IMAGES)
      expect(reports.filter(({ key, state }) => key === `image/${id}` && state === 'removed')).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });
});
