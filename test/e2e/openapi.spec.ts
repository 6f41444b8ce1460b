import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { packageRoot } from '../../src/platform/version.js';
import { prepareDataDir } from '../support/prepared-records.js';
import { Program, Quartermaster, startSimulator } from '../support/program.js';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  description?: string;
  schema: { example?: unknown };
}

interface Operation {
  operationId: string;
  summary?: string;
  'x-role': 'anyone' | 'ingest' | 'viewer' | 'operator' | 'admin' | 'agent';
  'x-scope': 'cluster' | 'namespaced';
  parameters?: Parameter[];
  responses: Record<string, { content?: Record<string, { schema?: { $ref?: string }; example?: unknown }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, { properties?: Record<string, { description?: string; $ref?: string; allOf?: unknown }> }>;
  };
}

const USE = `
import { listNodes } from './client/sdk.gen.js';
import { client } from './client/client.gen.js';

const [url = '', token = ''] = process.argv.slice(2);
client.setConfig({ baseUrl: url, auth: () => token });
const { data, error } = await listNodes({ query: { limit: 5 } });
if (!data) throw new Error(JSON.stringify(error));
const names: string[] = data.items.map((node) => node.name);
console.log(JSON.stringify(names));
`;
const TSCONFIG = {
  compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'], skipLibCheck: true, outDir: 'out' },
  include: ['*.ts', 'client'],
}; // prettier-ignore

/** What log shippers may call viewers may not, and operators may. */
const RANK = { anyone: 0, viewer: 1, ingest: 1.5, operator: 2, admin: 3, agent: 4 };

describe('the API as a whole', () => {
  const dir = mkdtempSync(join(tmpdir(), 'openapi-'));
  let simulator: Program;
  let quartermaster: Quartermaster;
  let document: Document;
  let operations: { path: string; method: string; operation: Operation }[];

  beforeAll(async () => {
    const started = await startSimulator(join(dir, 'cluster'), ['--nodes', '3', '--pods', '3']);
    simulator = started.program;
    quartermaster = await Quartermaster.start({
      KUBECONFIG: started.kubeconfig,
      DATA_DIR: await prepareDataDir(join(dir, 'data')),
    });
    document = await quartermaster.get<Document>('/openapi.json');
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    );
  });
  afterAll(async () => {
    await quartermaster?.program.end();
    await simulator?.end();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Makes a token and gives its text. */
  async function tokenOf(token: object): Promise<string> {
    const { status, body } = await quartermaster.call<{ secret?: string; token?: string }>('/api/v1/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(token),
    });
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.secret ?? body.token ?? '';
  }

  /** The status that a caller gets from an operation whose path parameters name nothing that exists. */
  async function statusFor(path: string, method: string, token?: string): Promise<number> {
    const url = `${quartermaster.url}${path.replaceAll(/\{\w+\}/g, 'nothing')}`;
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    await response.body?.cancel();
    return response.status;
  }

  it('is described by a valid OpenAPI 3.1 document', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('is the same document that ROLE=openapi prints without any engine', async () => {
    const program = new Program('src/main.js', [], { ROLE: 'openapi', HOME: dir });
    expect(await program.ended()).toBe(0);
    expect(JSON.parse(program.printed())).toEqual(document);
  });

  it('gives every operation an id of its own, a summary, a role, a scope and error answers with an example', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    for (const { operation } of operations) {
      expect(operation).toMatchObject({
        operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/),
        summary: expect.any(String),
      });
      expect(Object.keys(RANK)).toContain(operation['x-role']);
      expect(['cluster', 'namespaced']).toContain(operation['x-scope']);
      if (operation['x-role'] === 'anyone') continue;
      for (const status of ['401', '403', '429', '500']) {
        const content = operation.responses[status]?.content;
        if (operation['x-role'] === 'ingest') {
          expect(content?.['application/json']?.schema).toEqual({ $ref: '#/components/schemas/ElasticsearchError' });
          continue;
        }
        expect(content?.['application/problem+json']).toMatchObject({ example: { status: Number(status) } });
      }
    }
  });

  it('describes every parameter and every field', () => {
    const mute = [
      ...operations.flatMap(({ operation: { operationId, parameters = [] } }) =>
        parameters.filter(({ description }) => !description).map(({ name }) => `${operationId} ${name}`),
      ),
      ...Object.entries(document.components.schemas).flatMap(([schema, { properties = {} }]) =>
        Object.entries(properties)
          .filter(([, { description, $ref, allOf }]) => !description && !$ref && !allOf)
          .map(([field]) => `${schema}.${field}`),
      ),
    ];
    expect(mute).toEqual([]);
  });

  it('is what a client is generated from that compiles and lists nodes', () => {
    const home = join(dir, 'client');
    mkdirSync(home);
    writeFileSync(join(home, 'openapi.json'), JSON.stringify(document));
    writeFileSync(join(home, 'package.json'), '{"type":"module"}');
    writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    writeFileSync(join(home, 'use.ts'), USE);
    symlinkSync(join(packageRoot(), 'node_modules'), join(home, 'node_modules'));
    const tool = (name: string, ...parameters: string[]): Buffer =>
      execFileSync(join(packageRoot(), 'node_modules', '.bin', name), parameters, { cwd: home, stdio: 'pipe' });
    tool('openapi-ts', '--silent', '--no-log-file', '--input', 'openapi.json', '--output', 'client');
    tool('tsc', '-p', home);
    const printed = execFileSync(process.execPath, [
      '--experimental-specifier-resolution=node',
      join(home, 'out', 'use.js'),
      quartermaster.url,
      quartermaster.token,
    ]);
    expect(JSON.parse(printed.toString())).toEqual(['node-1', 'node-2', 'node-3']);
  });

  it('answers nobody without a token but where anyone may call, and unknown paths neither', async () => {
    for (const { path, method, operation } of operations) {
      const status = await statusFor(path, method);
      if (operation['x-role'] === 'anyone') expect([path, status]).not.toEqual([path, 401]);
      else expect([path, method, status]).toEqual([path, method, 401]);
    }
    expect(await statusFor('/api/v1/nowhere', 'GET')).toBe(401);
  });

  it('refuses each operation to callers of a lower role', async () => {
    for (const role of ['viewer', 'operator'] as const) {
      const token = await tokenOf({ name: `a ${role}`, role });
      for (const { path, method, operation } of operations) {
        if (RANK[operation['x-role']] > RANK[role])
          expect([role, path, method, await statusFor(path, method, token)]).toEqual([role, path, method, 403]);
      }
    }
  });

  it('opens to a log shipper what shippers call, and nothing else', async () => {
    const token = await tokenOf({ name: 'a shipper', role: 'ingest' });
    for (const { path, method, operation } of operations) {
      if (operation['x-role'] === 'anyone') continue;
      const isRefused = (await statusFor(path, method, token)) === 403;
      expect([path, method, isRefused]).toEqual([path, method, operation['x-role'] !== 'ingest']);
    }
  });

  it('refuses cluster-wide operations to a caller that is limited to a namespace', async () => {
    const token = await tokenOf({ name: 'one namespace', role: 'admin', namespaces: ['shop'] });
    for (const { path, method, operation } of operations) {
      if (operation['x-role'] === 'anyone' || operation['x-scope'] !== 'cluster') continue;
      expect([path, method, await statusFor(path, method, token)]).toEqual([path, method, 403]);
    }
  });
});
