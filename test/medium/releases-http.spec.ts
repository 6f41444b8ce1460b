import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import type { RunView } from '../../src/jobs/run.schema.js';
import { CheckDrift } from '../../src/stacks/releases/check-drift.service.js';
import type {
  ReleaseDrift,
  ReleaseObjectView,
  ReleaseRevisionView,
  ReleaseSummary,
  ReleaseView,
  StackDiff,
} from '../../src/stacks/releases/release-view.schema.js';
import type { TestRecords } from '../support/records.js';
import { openReleases, probe } from '../support/open-releases.js';
import { StacksApp, type Call } from '../support/stacks-app.js';

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string }[];
}
interface List<Item> {
  readonly items: readonly Item[];
}

/** As tokens of Kubernetes look. */
const JWT = (name: string): string => `eyJhbGciOiJSUzI1NiJ9.${name.padEnd(12, 'x')}.c2lnbmF0dXJl`;
const [BOB, CAROL] = [JWT('bob'), JWT('carol')];
const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'try-web' };

let records: TestRecords;
let close: () => Promise<void>;
let stacks: StacksApp;
let admin: Call;
let operator: Call;
let viewer: Call;
let done: (...call: Parameters<Call>) => Promise<RunView>;
beforeAll(async () => {
  ({ records, stacks, admin, operator, viewer, done, close } = await openReleases());
});
afterAll(() => close());

describe('a release', () => {
  it('is deployed, shown, changed with a diff, corrected, rolled back and removed', async () => {
    const { body: before } = await operator<StackDiff>('POST', '/stacks/probe/diff', {
      release: 'try',
      namespace: 'shop',
    });
    expect(before).toMatchObject({ summary: { create: 4, change: 0, delete: 0, none: 0 }, missingRights: [] });
    const run = await done('POST', '/releases', probe('try', { digest: before.digest }));
    expect(run).toMatchObject({ kind: 'stacks.deploy', state: 'succeeded', result: { release: 'try', revision: 1 } });
    expect((await viewer<ReleaseView>('GET', '/releases/try')).body).toMatchObject({
      state: 'deployed',
      revision: 1,
      version: '1.0.0',
      parameters: { message: 'It works.' },
      createdBy: 'operator',
    });
    const { body: objects } = await viewer<List<ReleaseObjectView>>('GET', '/releases/try/objects?limit=1000');
    expect(objects.items.map(({ kind, name, state }) => `${kind} ${name} ${state}`)).toContain(
      'Deployment try-web current',
    );

    const wanted = { release: 'try', namespace: 'shop', parameters: { replicas: 2 } };
    const { body: diff } = await operator<StackDiff>('POST', '/stacks/probe/diff', wanted);
    expect(diff.summary).toEqual({ create: 0, change: 1, replace: 0, delete: 0, none: 3 });
    expect(diff.objects.find(({ action }) => action === 'change')?.fields).toEqual([
      { path: 'spec.replicas', before: 1, after: 2, owner: 'quartermaster' },
    ]);
    const stale = { parameters: { replicas: 3 }, digest: diff.digest };
    expect(await operator('PUT', '/releases/try', stale)).toMatchObject({ status: 409 });
    const second = await done('PUT', '/releases/try', { parameters: { replicas: 2 }, digest: diff.digest });
    expect(second).toMatchObject({ state: 'succeeded', result: { revision: 2 } });
    expect(stacks.cluster.peek(WEB)).toMatchObject({ spec: { replicas: 2 } });

    stacks.cluster.editAs('kubectl-edit', WEB, { spec: { replicas: 7 } });
    const { body: drift } = await viewer<ReleaseDrift>('GET', '/releases/try/drift');
    expect(drift).toMatchObject({ isDrifted: true, revision: 2, objects: [{ name: 'try-web', action: 'change' }] });
    expect(drift.objects[0]?.fields).toEqual([{ path: 'spec.replicas', before: 7, after: 2, owner: 'kubectl-edit' }]);
    expect(await done('POST', '/releases/try/correct', {})).toMatchObject({ state: 'succeeded' });
    expect(stacks.cluster.peek(WEB)).toMatchObject({ spec: { replicas: 2 } });
    expect((await viewer<ReleaseDrift>('GET', '/releases/try/drift')).body).toMatchObject({ isDrifted: false });

    expect(await done('POST', '/releases/try/rollback', { revision: 1 })).toMatchObject({ result: { revision: 3 } });
    expect(stacks.cluster.peek(WEB)).toMatchObject({ spec: { replicas: 1 } });
    const { body: revisions } = await viewer<List<ReleaseRevisionView>>('GET', '/releases/try/revisions');
    expect(revisions.items.map(({ revision, copyOf, outcome }) => [revision, copyOf, outcome])).toEqual([
      [3, 1, 'succeeded'],
      [2, undefined, 'succeeded'],
      [1, undefined, 'succeeded'],
    ]);

    expect(await done('DELETE', '/releases/try')).toMatchObject({ state: 'succeeded', result: { kept: [] } });
    expect(await viewer('GET', '/releases/try')).toMatchObject({ status: 404 });
    expect(stacks.cluster.peek(WEB)).toBeUndefined();
    const { rows } = await sql<{ operation: string }>`
      SELECT operation FROM audit WHERE outcome = 'succeeded' AND operation LIKE '%Release%'`.execute(
      records.database.tables(),
    );
    expect(new Set(rows.map(({ operation }) => operation))).toEqual(
      new Set(['createRelease', 'updateRelease', 'correctRelease', 'rollBackRelease', 'deleteRelease']),
    );
  });

  it('has one run at a time: others are told its id', async () => {
    stacks.cluster.readyAtOnce = false;
    const { body: run } = await operator<RunView>('POST', '/releases', probe('busy'));
    const second = await operator<Problem>('PUT', '/releases/busy', {});
    expect(second).toMatchObject({ status: 409 });
    expect(second.body.detail).toContain(run.id);
    expect((await viewer<ReleaseSummary>('GET', '/releases/busy')).body).toMatchObject({
      run: run.id,
      state: 'deploying',
    });
    expect(await operator('POST', '/releases', probe('busy'))).toMatchObject({ status: 409 });
    await admin('POST', `/runs/${run.id}/cancel`);
    stacks.cluster.readyAtOnce = true;
    const { body: list } = await viewer<List<ReleaseSummary>>('GET', '/releases?namespace=shop');
    expect(list.items.map(({ name }) => name)).toContain('busy');
  });

  it.each<[string, object, number, string]>([
    ['a parameter that is none', probe('bad', { parameters: { replicas: 'two' } }), 400, '/parameters/replicas'],
    ['a name that is none', probe('Bad'), 400, '/name'],
    ['a stack that is none', { ...probe('bad'), stack: 'absent' }, 404, ''],
    ['a time limit that is none', probe('bad', { timeLimit: 'soon' }), 400, '/timeLimit'],
    ['a digest of another diff', probe('bad', { digest: 'abc' }), 409, ''],
  ])('is refused for %s', async (_, body, status, pointer) => {
    const told = await operator<Problem>('POST', '/releases', body);
    expect(told.status).toBe(status);
    if (pointer !== '') expect(told.body.errors?.[0]?.pointer).toBe(pointer);
    expect(await viewer('GET', '/releases/bad')).toMatchObject({ status: 404 });
  });

  it('is refused before anything is applied where Quartermaster lacks a right, with the rule to add', async () => {
    stacks.cluster.may = ({ resource }) => resource !== 'services';
    const { status, body } = await operator<Problem>('POST', '/releases', probe('rightless'));
    stacks.cluster.may = () => true;
    expect(status).toBe(422);
    expect(body.detail).toContain(
      '{apiGroups: [""], resources: ["services"], resourceNames: ["rightless-web"], verbs: ["create","delete","get","patch"]}',
    );
    expect(stacks.cluster.peek({ ...WEB, name: 'rightless-web' })).toBeUndefined();
  });

  it('tells of drift once, by an Event and a metric', async () => {
    await done('POST', '/releases', probe('drifty'));
    stacks.cluster.editAs('kubectl-edit', { ...WEB, name: 'drifty-web' }, { spec: { replicas: 4 } });
    const checking = stacks.app.get(CheckDrift, { strict: false });
    const signal = new AbortController().signal;
    expect(await checking.check(signal)).toMatchObject({ drifted: 1, failed: 0 });
    await checking.check(signal);
    const events = await stacks.cluster.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event', namespace: 'shop' });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      reason: 'ReleaseDrifted',
      type: 'Warning',
      note: '1 of its objects are not as they were deployed: Deployment shop/drifty-web (spec.replicas)',
    });
    await done('POST', '/releases/drifty/correct', {});
    stacks.cluster.editAs('kubectl-edit', { ...WEB, name: 'drifty-web' }, { spec: { replicas: 4 } });
    await checking.check(signal);
    const again = await stacks.cluster.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event', namespace: 'shop' });
    expect(again).toHaveLength(2);
    expect((await viewer<ReleaseView>('GET', '/releases/drifty')).body.drift).toMatchObject({ objects: 1 });
    const { text } = await stacks.app.get(OwnMetrics).expose();
    expect(text).toContain('quartermaster_release_drifted_objects{namespace="shop",release="drifty"} 1');
  });
});

describe('values of secrets', () => {
  it('stand in the cluster and nowhere else', async () => {
    const value = 'correct-horse-battery';
    const body = (more: object) => ({ stack: 'guarded', namespace: 'shop', ...more });
    const missing = await operator<Problem>('POST', '/releases', body({ name: 'safe' }));
    expect(missing).toMatchObject({ status: 400, body: { errors: [{ pointer: '/parameters/password' }] } });
    const parameters = { password: value, text: 'open' };
    const answers = [
      await operator('POST', '/stacks/guarded/diff', { release: 'safe', namespace: 'shop', parameters }),
      await operator<RunView>('POST', '/releases', body({ name: 'safe', parameters })),
    ];
    const run = await stacks.over(operator, answers[1] as never);
    expect(run).toMatchObject({ state: 'succeeded' });
    const secret = stacks.cluster.peek({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'safe-access' });
    const data = secret?.['data'] as Record<string, string>;
    expect(Buffer.from(data['password'] ?? '', 'base64').toString()).toBe(value);
    const generated = Buffer.from(data['key'] ?? '', 'base64').toString();
    expect(generated).toHaveLength(20);
    await done('PUT', '/releases/safe', { parameters: { text: 'changed' } });
    await done('POST', '/releases/safe/rollback', { revision: 1 });
    stacks.cluster.editAs(
      'kubectl-edit',
      { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'safe-access' },
      { data: { key: null } },
    );
    const drift = await viewer<ReleaseDrift>('GET', '/releases/safe/drift');
    expect(drift.body.objects).toMatchObject([{ kind: 'Secret', fields: [{ path: 'data.key', after: '(hidden)' }] }]);
    for (const path of ['', '/objects', '/revisions', '/drift'])
      answers.push(await viewer('GET', `/releases/safe${path}`));
    answers.push(await viewer('GET', '/runs?limit=1000'), await admin('GET', '/audit?limit=1000'));
    const { rows: tables } = await sql<{ schema: string; name: string }>`
      SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`.execute(
      records.database.tables(),
    );
    expect(tables.length).toBeGreaterThan(20);
    const stored: string[] = [];
    for (const { schema, name } of tables) {
      const { rows } = await sql<{
        text: string;
      }>`SELECT t::text AS text FROM ${sql.table(`${schema}.${name}`)} t`.execute(records.database.tables());
      stored.push(...rows.map(({ text }) => text));
    }
    const all = [...answers.map(({ text }) => text), ...stored, stacks.logged()].join('\n');
    expect(all).toContain('guarded');
    for (const word of [value, generated])
      for (const form of [word, Buffer.from(word).toString('base64')]) expect(all.includes(form)).toBe(false);
  });
});

describe('whose rights', () => {
  it('viewers look, and change nothing', async () => {
    expect(await viewer('POST', '/releases', probe('denied'))).toMatchObject({ status: 403 });
    expect(await viewer('POST', '/stacks/probe/diff', { release: 'denied', namespace: 'shop' })).toMatchObject({
      status: 403,
    });
    expect(await viewer('GET', '/releases')).toMatchObject({ status: 200 });
  });

  it('a namespace is made by admins alone, and goes with data=delete', async () => {
    const body = { ...probe('made'), namespace: 'fresh' };
    const refused = await operator<Problem>('POST', '/releases', body);
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.body.detail).toContain('Namespace fresh is of the whole cluster, which takes an admin');
    expect(await stacks.over(admin, await admin('POST', '/releases', body))).toMatchObject({ state: 'succeeded' });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: 'fresh' };
    expect(stacks.cluster.peek(namespace)?.metadata.labels).toMatchObject({ 'quartermaster.io/release': 'made' });
    expect(await operator('DELETE', '/releases/made?data=delete')).toMatchObject({ status: 403 });
    await stacks.over(admin, await admin('DELETE', '/releases/made?data=delete'));
    expect(stacks.cluster.peek(namespace)).toBeUndefined();
  });

  it('a caller who is limited to namespaces stays in them', async () => {
    const limited = await stacks.caller('operator', ['data']);
    expect(await limited('POST', '/releases', probe('elsewhere'))).toMatchObject({ status: 403 });
    const body = { ...probe('mine'), namespace: 'data' };
    expect((await limited<RunView>('POST', '/releases', body)).status).toBe(202);
    const { body: list } = await limited<List<ReleaseSummary>>('GET', '/releases');
    expect(list.items.map(({ name }) => name)).toEqual(['mine']);
    expect(await limited('GET', '/releases/drifty')).toMatchObject({ status: 404 });
    expect(await limited('DELETE', '/releases/drifty')).toMatchObject({ status: 404 });
  });

  it('a Kubernetes user is asked about object by object, as that user', async () => {
    const username = 'bob';
    stacks.authority.users.set(BOB, { username, groups: [], extra: {} });
    const bob = stacks.as(BOB);
    const allow = (verb: string, what: string) => stacks.authority.allowed.add(`${username} ${verb} ${what}@shop`);
    allow('create', 'releases');
    for (const what of ['/configmaps/', '/services/', 'networking.k8s.io/networkpolicies/'])
      for (const verb of ['create', 'patch']) allow(verb, what);
    allow('create', 'apps/deployments/');
    const refused = await bob<Problem>('POST', '/releases', probe('bobs'));
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.body.detail).toContain('bob may not patch Deployment shop/bobs-web');
    expect(stacks.cluster.peek({ ...WEB, name: 'bobs-web' })).toBeUndefined();
    const carol = stacks.as(CAROL);
    stacks.authority.users.set(CAROL, { username: 'carol', groups: [], extra: {} });
    const hers = Array.from(stacks.authority.allowed, (right) => right.replace(/^bob/, 'carol'));
    for (const right of hers) stacks.authority.allowed.add(right);
    stacks.authority.allowed.add('carol patch apps/deployments/@shop');
    const replacing = await carol<Problem>('POST', '/releases', probe('carols', { replace: true }));
    expect(replacing).toMatchObject({ status: 403 });
    expect(replacing.body.detail).toContain('carol may not delete Deployment shop/carols-web');
    expect(await carol('POST', '/releases', probe('carols'))).toMatchObject({ status: 202 });
  });
});
