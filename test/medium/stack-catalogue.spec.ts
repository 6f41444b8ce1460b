import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { CatalogueModule } from '../../src/stacks/catalogue/catalogue.module.js';
import { FetchedStackRecords } from '../../src/stacks/fetched/fetched-stack-records.port.js';
import { StackArchives } from '../../src/stacks/fetched/stack-archives.port.js';
import { type AuthApp, bootAuthApp } from '../support/auth-app.js';
import { MemoryStackArchives } from '../support/memory-stack-archives.js';
import { writeDocumentedStack, writeStackFile } from '../support/stack-folders.js';

let auth: AuthApp;
const stacks = mkdtempSync(join(tmpdir(), 'quartermaster-stacks-'));
const tokens: Record<string, string> = {};

beforeAll(async () => {
  writeDocumentedStack(stacks);
  writeStackFile(stacks, 'broken/stack.yaml', 'apiVersion: quartermaster.io/v1\nkind: Stack\nname: broken\n');
  auth = await bootAuthApp({
    imports: [CatalogueModule.for({ answers: true })],
    providers: [
      { provide: FetchedStackRecords, useValue: { list: async () => [] } },
      { provide: StackArchives, useValue: new MemoryStackArchives() },
    ],
    environment: { STACKS_DIR: stacks },
  });
  for (const role of ['viewer', 'operator', 'admin'] as const) tokens[role] = await auth.token({ role });
  tokens['tenant'] = await auth.token({ role: 'admin', namespaces: ['shop'] });
});
afterAll(async () => {
  await auth.close();
  rmSync(stacks, { recursive: true });
});

const get = (who: string, url: string, headers = {}) =>
  auth.call({ url: `/api/v1/stacks${url}`, token: tokens[who] ?? '', headers });
const render = (who: string, stack: string, payload: object, headers = {}) =>
  auth.call({ method: 'POST', url: `/api/v1/stacks/${stack}/render`, token: tokens[who] ?? '', payload, headers });
const TRY = { release: 'try', namespace: 'shop' };

describe('the catalogue', () => {
  it('lists what comes with Quartermaster and what lies in STACKS_DIR, and says why one cannot be used', async () => {
    const { items } = (await get('viewer', '')).json<{ items: { name: string; problem?: string }[] }>();
    const shipped = ['control-plane-ha', 'logging', 'metrics-api', 'monitoring', 'node-agent', 'probe'];
    expect(items.map(({ name }) => name)).toEqual(['broken', 'hello', ...shipped].sort());
    expect(items.filter(({ problem }) => problem)).toEqual([
      { name: 'broken', problem: expect.stringContaining('stack.yaml: /version'), origin: { from: 'folder' } },
    ]);
    const { items: first, nextCursor } = (await get('viewer', '?limit=1')).json<{
      items: object[];
      nextCursor: string;
    }>();
    expect([first.length, typeof nextCursor]).toEqual([1, 'string']);
  });

  it('shows a stack with the schema of its parameters and where secrets live', async () => {
    const hello = (await get('viewer', '/hello')).json<Record<string, unknown>>();
    expect(hello).toMatchObject({
      name: 'hello',
      isExperimental: false,
      parameters: { properties: { replicas: { default: 1, unit: 'pods' } } },
      secrets: [{ parameter: 'password', secret: 'hello-web', key: 'password', isGenerated: true }],
      objects: ['ConfigMap/page', 'Service/web', 'Deployment/web'],
    });
    expect((await get('viewer', '/absent')).statusCode).toBe(404);
    expect((await get('viewer', '/broken')).json()).toMatchObject({
      status: 422,
      detail: expect.stringContaining('/version'),
    });
  });

  it('renders with defaults, as JSON and as YAML, and never shows the value of a secret', async () => {
    const body = { ...TRY, parameters: { password: 'correct-horse', imageRegistry: 'mirror.example/hub' } };
    const answer = await render('operator', 'hello', body);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('correct-horse');
    const { objects, needsAdmin } = answer.json<{ objects: Record<string, unknown>[]; needsAdmin: string[] }>();
    expect(needsAdmin).toEqual([]);
    expect(objects[2]).toMatchObject({
      metadata: { name: 'try-web', namespace: 'shop', labels: { 'app.kubernetes.io/instance': 'try' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'hello', 'app.kubernetes.io/instance': 'try' } },
        template: {
          metadata: { annotations: { page: expect.stringMatching(/^[0-9a-f]{16}$/) } },
          spec: {
            containers: [
              {
                image: 'mirror.example/hub/library/busybox:1',
                env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'try-web', key: 'password' } } }],
              },
            ],
            volumes: [{ name: 'page', configMap: { name: 'try-page' } }],
          },
        },
      },
    });
    const yaml = await render('operator', 'hello', body, { accept: 'application/yaml' });
    expect(yaml.headers['content-type']).toContain('application/yaml');
    const documents = parseAllDocuments(yaml.body, { version: '1.1' });
    expect(Array.isArray(documents) && documents.map((document) => document.toJS() as object)).toEqual(objects);
    expect((await render('operator', 'hello', body, { accept: 'image/png' })).statusCode).toBe(406);
  });

  it('leaves out what a condition takes away', async () => {
    const { objects } = (await render('operator', 'hello', { ...TRY, parameters: { page: false } })).json<{
      objects: { kind: string; spec: { template: { metadata: object; spec: object } } }[];
    }>();
    expect(objects.map(({ kind }) => kind)).toEqual(['Service', 'Deployment']);
    expect(objects[1]?.spec.template.spec).toMatchObject({ volumes: [], containers: [{ volumeMounts: [] }] });
    expect(objects[1]?.spec.template.metadata).not.toHaveProperty('annotations');
  });

  it.each<[string, object, string]>([
    ['of another type', { replicas: 'two' }, '/parameters/replicas'],
    ['beyond a bound', { replicas: 6 }, '/parameters/replicas'],
    ['that is not known', { 'a/b': 1 }, '/parameters/a~1b'],
  ])('refuses a parameter %s, and names it', async (_, parameters, pointer) => {
    const answer = await render('operator', 'hello', { ...TRY, parameters });
    expect(answer.json()).toMatchObject({ status: 400, code: 'INVALID_INPUT', errors: [{ pointer }] });
  });

  it('asks for what three nodes of Elasticsearch need', async () => {
    const answer = await render('admin', 'logging', { ...TRY, parameters: { nodes: 3 } });
    expect(answer.json<{ errors: object[] }>().errors).toContainEqual({
      pointer: '/parameters/transportCertificates',
      detail: 'is required',
    });
  });

  it('refuses names that would be too long, and names that are none', async () => {
    const long = await render('admin', 'logging', { ...TRY, release: 'a'.repeat(40) });
    expect(long.json()).toMatchObject({ status: 400, errors: [{ pointer: '/release' }] });
    expect((await render('operator', 'hello', { ...TRY, release: 'No' })).statusCode).toBe(400);
  });

  it.each([
    ['viewer', 'hello', 403],
    ['operator', 'hello', 200],
    ['operator', 'node-agent', 403],
    ['admin', 'node-agent', 200],
    ['tenant', 'hello', 200],
    ['tenant', 'logging', 403],
  ])('lets a %s render %s: %s', async (who, stack, status) => {
    expect((await render(who, stack, TRY)).statusCode).toBe(status);
  });

  it('lets a caller of one namespace render for no other', async () => {
    expect((await render('tenant', 'hello', { ...TRY, namespace: 'data' })).statusCode).toBe(403);
  });

  it('tells the exact rights, and gives Roles that can be applied', async () => {
    const { rules } = (await get('viewer', '/hello/rbac?release=try&namespace=shop')).json<{ rules: object[] }>();
    const ruleOf = (group: string, resource: string, ...resourceNames: string[]) => {
      const verbs = ['get', 'create', 'patch', 'delete'];
      return { apiGroups: [group], resources: [resource], namespace: 'shop', resourceNames, verbs };
    };
    expect(rules).toEqual([
      ruleOf('', 'configmaps', 'quartermaster-release-try', 'try-page'),
      ruleOf('', 'services', 'try-web'),
      ruleOf('apps', 'deployments', 'try-web'),
      ruleOf('', 'secrets', 'try-web'),
    ]);
    const yaml = await get('viewer', '/logging/rbac?release=try&namespace=shop', { accept: 'application/yaml' });
    const documents = parseAllDocuments(yaml.body);
    expect(Array.isArray(documents) && documents.map((document) => document.toJS() as object)).toMatchObject([
      { kind: 'Role', metadata: { name: 'quartermaster-try', namespace: 'shop' } },
      { kind: 'RoleBinding' },
      {
        kind: 'ClusterRole',
        // what the shipper's own role grants is among them: Quartermaster may not give what it does not have
        rules: expect.arrayContaining([
          { apiGroups: [''], resources: ['pods', 'namespaces'], verbs: ['get', 'list', 'watch'] },
        ]),
      },
      {
        kind: 'ClusterRoleBinding',
        subjects: [{ kind: 'ServiceAccount', namespace: 'quartermaster', name: 'quartermaster' }],
      },
    ]);
    expect((await get('viewer', '/hello/rbac?release=try&namespace=shop&parameters=x')).statusCode).toBe(400);
  });
});
