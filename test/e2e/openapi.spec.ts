import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Validator } from '@seriousme/openapi-schema-validator';
import { packageRoot } from '../../src/platform/version.js';
import { prepareDataDir } from '../support/prepared-records.js';
import { Program, Quartermaster, startSimulator } from '../support/program.js';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  description?: string;
  schema: Schema;
}

interface Schema {
  description?: string;
  type?: string;
  example?: unknown;
  examples?: unknown[];
  const?: unknown;
  enum?: unknown[];
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

interface Operation {
  operationId: string;
  summary?: string;
  'x-role': 'anyone' | 'ingest' | 'viewer' | 'operator' | 'admin' | 'agent';
  'x-scope': 'cluster' | 'namespaced';
  parameters?: Parameter[];
  responses: Record<string, { content?: Record<string, { schema?: Schema; example?: unknown }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
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

/** A part of a JSON pointer that stands in a URI. */
const inPointer = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

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

  it('shows an example of every success answer that has a body, and each of JSON fits its schema', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema({ ...document, $id: 'api' });
    const wrong = operations.flatMap(({ path, method, operation: { responses } }) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .flatMap(([status, { content = {} }]) =>
          Object.entries(content).map(([type, { example, schema }]) => {
            if (type !== 'application/json')
              return typeof example === 'string' && example !== '' ? [] : [method, path, type];
            const pointer = `${['paths', path, method.toLowerCase(), 'responses', status, 'content', type].map(inPointer).join('/')}/schema`;
            if (schema && ajv.validate({ $ref: `api#/${pointer}` }, example)) return [];
            return [method, path, status, ajv.errorsText()];
          }),
        )
        .filter((found) => found.length > 0),
    );
    expect(wrong).toEqual([]);
  });

  it('shows an example of every parameter and of every field', () => {
    const { schemas } = document.components;
    const bare = (schema: Schema, at: string): string[] => {
      const { example, examples, $ref, properties, items, anyOf, oneOf, allOf } = schema;
      if ([example, schema.const, ...(examples ?? [])].some((own) => own !== undefined)) return [];
      if (schema.enum?.length === 1 || $ref !== undefined || schema.type === 'null') return [];
      const forms = anyOf ?? oneOf ?? allOf;
      if (forms) return forms.flatMap((form, index) => bare(form, `${at}(${index})`));
      if (items) return bare(items, `${at}[]`);
      if (schema.type === 'object' && properties)
        return Object.entries(properties).flatMap(([name, field]) => bare(field, `${at}.${name}`));
      return [at];
    };
    expect([
      ...Object.entries(schemas).flatMap(([name, schema]) => bare(schema, name)),
      ...operations.flatMap(({ operation: { operationId, parameters = [] } }) =>
        parameters.flatMap(({ name, schema }) => bare(schema, `${operationId} ${name}`)),
      ),
    ]).toEqual([]);
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

  it('says which methods a path takes, but not to strangers', async () => {
    const check = async ([path, methods]: [string, object]): Promise<void> => {
      const declared = Object.keys(methods).map((method) => method.toUpperCase());
      if (declared.join() === 'HEAD') return; // any name is an index to shippers, and no path to others
      const url = `${quartermaster.url}${path.replaceAll(/\{\w+\}/g, 'nothing')}`;
      const headers = { authorization: `Bearer ${quartermaster.token}` };
      const wrong = await fetch(url, { method: 'PATCH', headers });
      const options = await fetch(url, { method: 'OPTIONS', headers });
      const allow = wrong.headers.get('allow') ?? '';
      expect([path, wrong.status, options.status, options.headers.get('allow')]).toEqual([path, 405, 204, allow]);
      expect(allow.split(', ')).toEqual(expect.arrayContaining([...declared, 'OPTIONS']));
      expect(await wrong.json()).toMatchObject({ status: 405 });
      expect([path, await statusFor(path, 'PATCH'), await statusFor(path, 'OPTIONS')]).toEqual([path, 401, 401]);
    };
    await Promise.all(Object.entries(document.paths).map(check));
  });

  it('answers made-up cursors and texts that no database takes with what is wrong with them', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    const made = [
      '["a"]',
      '["a","b"]',
      `[9e15,"${id}"]`,
      `[-9e14,"${id}"]`,
      '[1,1.5]',
      '[9e15,1]',
      '["a","b","c"]',
      '[1e30]',
    ];
    const cursors = made.map((text) => Buffer.from(text).toString('base64url'));
    const ask = async (path: string, name: string, value: string): Promise<void> => {
      const url = `${quartermaster.url}${path.replaceAll(/\{\w+\}/g, 'nothing')}?${name}=${value}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${quartermaster.token}` } });
      await answer.body?.cancel();
      expect([path, name, value, answer.status < 500]).toEqual([path, name, value, true]);
      if (value === '%00') expect([path, name, answer.status]).toEqual([path, name, 400]);
    };
    for (const { path, method, operation } of operations) {
      if (method !== 'GET' || ['agent', 'ingest'].includes(operation['x-role'])) continue;
      const names = (operation.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
      await Promise.all(names.map((name) => ask(path, name, '%00')));
      if (names.includes('cursor')) await Promise.all(cursors.map((cursor) => ask(path, 'cursor', cursor)));
    }
  });

  it('names every parameter that is given twice and may not be', async () => {
    for (const { path, method, operation } of operations) {
      if (method !== 'GET' || ['agent', 'ingest'].includes(operation['x-role'])) continue;
      const single = (operation.parameters ?? []).filter(
        ({ in: place, schema }) =>
          place === 'query' && schema.type !== 'array' && !schema.anyOf?.some(({ type }) => type === 'array'),
      );
      if (single.length === 0) continue;
      const query = single.flatMap(({ name }) => [`${name}=1`, `${name}=2`]).join('&');
      const url = `${quartermaster.url}${path.replaceAll(/\{\w+\}/g, 'nothing')}?${query}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${quartermaster.token}` } });
      const { errors } = (await answer.json()) as { errors: { pointer: string; detail: string }[] };
      const named = errors
        .filter(({ detail }) => detail.startsWith('is given more than once'))
        .map(({ pointer }) => pointer);
      expect([path, named.toSorted()]).toEqual([
        path,
        single
          .map(({ name }) => name)
          .toSorted()
          .slice(0, 20),
      ]);
    }
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
