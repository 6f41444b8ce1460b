import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Quartermaster, startSimulator } from '../support/program.js';

const BODIES = 40;
const LINES = 200;
const AT_ONCE = 4;
const FIRST_MS = Date.UTC(2026, 0, 1);
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-bulk-'));
const open = new AsyncDisposableStack();
let env: Record<string, string>;

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { program, kubeconfig } = await startSimulator(join(folder, 'cluster'), ['--nodes', '1', '--pods', '1']);
  open.defer(async () => void (await program.end()));
  env = {
    KUBECONFIG: kubeconfig,
    DATA_DIR: join(folder, 'data'),
    LOGS_COLLECT: 'none',
    LOGS_RETENTION: '3650d',
  };
});

afterAll(() => open.disposeAsync());

interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly { readonly create: { readonly status: number } }[];
}

/** A body of lines of some pods, in Fluent Bit's layout, each with an id; one of them is no document. */
function bodyOf(number: number): string {
  const items = Array.from({ length: LINES }, (_, line) => {
    const kubernetes = {
      namespace_name: 'shop',
      pod_name: `web-${line % 7}`,
      container_name: 'web',
      docker_id: 'c0ffee',
    };
    const time = new Date(FIRST_MS + number * LINES + line).toISOString();
    return `${JSON.stringify({ '@timestamp': time, stream: 'stdout', log: `body ${number} line ${line}`, kubernetes })}\n`;
  });
  return [...items, 'nonsense\n']
    .map((item, at) => `{"create":{"_index":"logs","_id":"${number}-${at}"}}\n${item}`)
    .join('');
}

describe('A program that takes lines by _bulk', () => {
  it('has every line that it acknowledged after it was killed, once, and answers each item of what is sent again', async () => {
    const acknowledged: number[] = [];
    const program = await Quartermaster.start(env);
    const send = async (to: Quartermaster, number: number): Promise<BulkAnswer> =>
      (await to.call<BulkAnswer>('/_bulk', { method: 'POST', body: bodyOf(number) })).body;
    let next = 0;
    const client = async (): Promise<void> => {
      while (next < BODIES) {
        const number = next++;
        const { errors, items } = await send(program, number);
        expect(errors).toBe(true);
        expect(items.map(({ create }) => create.status)).toEqual([...Array<number>(LINES).fill(201), 400]);
        acknowledged.push(number);
        if (acknowledged.length === BODIES / 2) await program.program.end('SIGKILL');
      }
    };
    const clients = await Promise.allSettled(Array.from({ length: AT_ONCE }, client));
    expect(clients.some(({ status }) => status === 'rejected')).toBe(true);

    await using again = await Quartermaster.start(env);
    for (const number of acknowledged.slice(0, 3)) {
      const { items } = await send(again, number);
      expect(items.map(({ create }) => create.status)).toEqual([...Array<number>(LINES).fill(409), 400]);
    }
    const found = new Map<string, number>();
    for (let cursor = ''; ;) {
      const from = new Date(FIRST_MS).toISOString();
      const page = await again.get<{ items: { message: string }[]; nextCursor?: string }>(
        `/api/v1/logs?namespace=shop&from=${from}&limit=1000${cursor}`,
      );
      for (const { message } of page.items) found.set(message, (found.get(message) ?? 0) + 1);
      if (page.nextCursor === undefined) break;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    const lost = acknowledged.flatMap((number) =>
      Array.from({ length: LINES }, (_, line) => `body ${number} line ${line}`).filter((line) => !found.has(line)),
    );
    expect(lost).toEqual([]);
    expect([...found.values()].every((count) => count === 1)).toBe(true);
  });
});
