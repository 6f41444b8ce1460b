import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresFetchedStackRecords } from '../../src/adapters/postgres/fetched-stack-records.postgres.js';
import { Log } from '../../src/platform/log.js';
import { StackCatalogue } from '../../src/stacks/catalogue/stack-catalogue.service.js';
import { FetchedStackRecords } from '../../src/stacks/fetched/fetched-stack-records.port.js';
import { StackCatalogues } from '../../src/stacks/fetched/stack-catalogues.service.js';
import { MemoryStackArchives } from '../support/memory-stack-archives.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { digestOf, smallStack, stackArchive } from '../support/stack-archive.js';
import { type Call, StacksApp } from '../support/stacks-app.js';
import { USUAL_LIMITS } from '../support/stack-limits.js';

/** Shaped like a service account's. */
const KIM = `eyJhbGciOiJSUzI1NiJ9.${'kim'.padEnd(12, 'x')}.c2lnbmF0dXJl`;

let records: TestRecords;
let app: StacksApp;
let admin: Call;
let viewer: Call;
const archives = new MemoryStackArchives();

interface Shown {
  readonly name: string;
  readonly version: string;
  readonly problem?: string;
  readonly origin: { readonly from: string; readonly source?: string; readonly digest?: string };
}

beforeAll(async () => {
  records = await openPgliteRecords();
  app = await StacksApp.boot(records.database, undefined, archives);
  [admin, viewer] = [await app.caller('admin'), await app.caller('viewer')];
});
beforeEach(async () => {
  const kept = app.app.get(FetchedStackRecords);
  for (const { name } of await kept.list()) await kept.remove(name);
});
afterAll(async () => {
  await app.close();
  await records.close();
});

/** Puts an archive where it can be fetched from; resolves with how to ask for it. */
async function offered(name: string, files: Readonly<Record<string, string>>, folder = name) {
  const archive = await stackArchive(folder, files);
  const digest = digestOf(archive);
  archives.byDigest.set(digest, archive);
  return { source: `https://example.com/${name}.tgz`, digest };
}

const shown = async (name: string) =>
  (await viewer<{ items: Shown[] }>('GET', '/stacks')).body.items.find((stack) => stack.name === name);

describe('a stack from elsewhere', () => {
  it('is in the catalogue once it is fetched, tells where it comes from, and is deployed like any other', async () => {
    const where = await offered('extra', smallStack('extra'));
    const added = await admin<Shown>('PUT', '/stacks/extra', where);
    const origin = {
      from: 'fetched',
      ...where,
      addedBy: 'admin',
      addedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    };
    expect([added.status, added.body]).toEqual([201, expect.objectContaining({ version: '1.0.0', origin })]);
    expect(await shown('extra')).toMatchObject({ version: '1.0.0', origin });
    expect(await shown('probe')).toMatchObject({ origin: { from: 'quartermaster' } });
    const body = { name: 'one', stack: 'extra', namespace: 'shop', parameters: { text: 'Hello' } };
    expect(await app.over(admin, await admin('POST', '/releases', body))).toMatchObject({ state: 'succeeded' });
    const map = await app.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'one-map', namespace: 'shop' });
    expect(map?.['data']).toEqual({ text: 'Hello' });
  });

  it('is replaced by a new version, and releases keep what they were rendered to', async () => {
    await admin('PUT', '/stacks/extra', await offered('extra', smallStack('extra', '1.0.0', 'old')));
    const body = { name: 'two', stack: 'extra', namespace: 'shop' };
    await app.over(admin, await admin('POST', '/releases', body));
    const next = await offered('extra', smallStack('extra', '1.1.0', 'new'));
    expect(await admin('PUT', '/stacks/extra', next)).toMatchObject({ status: 200, body: { version: '1.1.0' } });
    expect((await admin('GET', '/releases/two')).body).toMatchObject({ version: '1.0.0' });
    await app.over(admin, await admin('PUT', '/releases/two', { parameters: {} }));
    expect((await admin('GET', '/releases/two')).body).toMatchObject({ version: '1.1.0' });
    expect((await admin('DELETE', '/stacks/extra')).status).toBe(204);
    await app.over(admin, await admin('POST', '/releases/two/rollback', { revision: 1 }));
    expect((await admin('GET', '/releases/two')).body).toMatchObject({ version: '1.0.0' });
    expect((await admin('PUT', '/releases/two', { parameters: {} })).status).toBe(404);
  });

  it('is the same for every process, at once and after a start', async () => {
    await admin('PUT', '/stacks/extra', await offered('extra', smallStack('extra')));
    const atStart = new StackCatalogue([]);
    const kept = new PostgresFetchedStackRecords(records.database);
    const other = new StackCatalogues(atStart, kept, Log.silent(), USUAL_LIMITS);
    expect((await other.now()).get('extra').version).toBe('1.0.0');
    expect(await other.now()).toBe(await other.now());
    await admin('PUT', '/stacks/extra', await offered('extra', smallStack('extra', '2.0.0')));
    expect((await other.now()).get('extra').version).toBe('2.0.0');
    await admin('DELETE', '/stacks/extra');
    expect((await other.now()).has('extra')).toBe(false);
  });

  it.each<[string, string, () => Promise<object>, number, RegExp]>([
    ['a name that comes with the program', 'probe', () => offered('probe', smallStack('probe')), 409, /comes with/],
    ['a name that lies in a folder', 'guarded', () => offered('guarded', smallStack('guarded')), 409, /STACKS_DIR/],
    ['another name than asked for', 'extra', () => offered('extra', smallStack('other')), 422, /its name is other/],
    [
      'a folder of another name',
      'extra',
      () => offered('extra', smallStack('extra'), 'x'),
      422,
      /must be called extra/,
    ],
    ['no stack', 'extra', () => offered('extra', { 'a.yaml': 'a: 1' }), 422, /stack\.yaml: is not there/],
    ['a source without a digest', 'extra', async () => ({ source: 'https://example.com/a.tgz' }), 400, /digest/],
    ['a source without TLS', 'extra', async () => ({ source: 'http://example.com/a.tgz' }), 400, /source/],
    ['more than is asked for', 'extra', async () => ({ source: 'https://a.example/a', token: 'x' }), 400, /token/],
    [
      'an archive that is not there',
      'extra',
      async () => ({ source: `oci://registry.example/a@sha256:${'a'.repeat(64)}` }),
      422,
      /cannot be fetched: .*404/,
    ],
  ])('is refused with %s', async (_, name, where, status, reason) => {
    const before = await viewer('GET', '/stacks');
    const answer = await admin<{ detail: string }>('PUT', `/stacks/${name}`, await where());
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(reason)]);
    expect((await viewer('GET', '/stacks')).text).toBe(before.text);
  });

  it('is added and removed by admins alone, who are limited to no namespace and are no Kubernetes users', async () => {
    const where = await offered('extra', smallStack('extra'));
    app.authority.users.set(KIM, { username: 'kim', groups: [], extra: {} });
    for (const verb of ['update', 'delete', 'list']) app.authority.allowed.add(`kim ${verb} stacks@`);
    const kim = app.as(KIM);
    expect((await kim('GET', '/stacks')).status).toBe(200);
    const others = [viewer, await app.caller('operator'), await app.caller('admin', ['shop']), kim];
    for (const call of others) expect((await call('PUT', '/stacks/extra', where)).status).toBe(403);
    await admin('PUT', '/stacks/extra', where);
    for (const call of others) expect((await call('DELETE', '/stacks/extra')).status).toBe(403);
    expect((await admin('DELETE', '/stacks/probe')).status).toBe(409);
    expect((await admin('DELETE', '/stacks/absent')).status).toBe(404);
    const { items } = (await admin<{ items: { operation: string; outcome: string }[] }>('GET', '/audit?limit=20')).body;
    expect(items.filter(({ operation }) => operation === 'putStack')).toContainEqual(
      expect.objectContaining({ caller: 'admin', status: 201 }),
    );
  });

  it('that this version cannot use any more is named with the reason, and can be removed', async () => {
    const kept = app.app.get(FetchedStackRecords);
    const common = { source: 'https://example.com/a.tgz', addedBy: 'ann', addedAtMs: 0 };
    await kept.put({ name: 'broken', digest: `sha256:${'1'.repeat(64)}`, ...common }, Buffer.alloc(1024, 'no tar'), 50);
    const probe = await stackArchive('probe', smallStack('probe'));
    await kept.put({ name: 'probe', digest: digestOf(probe), ...common }, probe, 50);
    const { items } = (await viewer<{ items: Shown[] }>('GET', '/stacks')).body;
    expect(items.filter(({ problem }) => problem !== undefined)).toMatchObject([
      { name: 'broken', problem: 'archive: is broken or no tar', origin: { from: 'fetched' } },
      { name: 'probe', problem: expect.stringContaining('comes with Quartermaster') },
    ]);
    expect((await viewer('GET', '/stacks/probe')).body).toMatchObject({ origin: { from: 'quartermaster' } });
    expect((await viewer('GET', '/stacks/broken')).status).toBe(422);
    expect((await admin('DELETE', '/stacks/probe')).status).toBe(204);
    expect((await viewer('GET', '/stacks/probe')).status).toBe(200);
  });
});
