import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { readConfig } from '../config.js';
import { Log } from '../log.js';
import { PlatformModule } from '../platform.module.js';
import { Readiness } from '../readiness.js';
import { createApp } from './create-app.js';
import { Operation } from './operation.js';
import { openApiDocument } from './openapi.js';
import { listOf, pageQuery } from './paging.js';

const Sheep = z.object({ name: z.string().describe('Its name.') }).meta({ id: 'Sheep', description: 'A sheep.' });
type Sheep = z.infer<typeof Sheep>;
const SheepList = listOf('SheepList', Sheep, 'Sheep by name.');
const ListSheep = z.strictObject({
  ...pageQuery,
  colour: z.enum(['black', 'white']).optional().describe('Its colour.'),
  name: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Its name.'),
});
const SheepPath = z.strictObject({ sheep: z.string().describe('Its name.') });
const NewFlock = z.strictObject({ name: z.string() });
type ListSheep = z.infer<typeof ListSheep>;

/** What the server says to bytes as they are. */
async function wire(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

@Controller('api/v1/sheep')
class SheepController {
  @Get()
  @Operation({
    id: 'listSheep',
    summary: 'Sheep',
    area: 'cluster',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: SheepList,
  })
  list(@Query({ schema: ListSheep }) query: ListSheep): z.infer<typeof SheepList> {
    return { items: [{ name: `${query.limit}` }] };
  }

  @Get(':sheep')
  @Operation({
    id: 'getSheep',
    summary: 'A sheep',
    area: 'cluster',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: Sheep,
  })
  get(@Param({ schema: SheepPath }) { sheep }: z.infer<typeof SheepPath>): Sheep {
    return { name: sheep };
  }

  @Post()
  @Operation({
    id: 'createSheep',
    summary: 'A sheep',
    area: 'cluster',
    verb: 'create',
    role: 'admin',
    scope: 'cluster',
    status: 201,
    answer: Sheep,
  })
  create(@Body({ schema: Sheep }) sheep: Sheep): Sheep {
    if (sheep.name === 'wolf') throw new Error('the password is 12345678');
    if (sheep.name === 'dog') throw Object.assign(new Error('another server says 12345678'), { statusCode: 401 });
    return sheep;
  }
}

@Controller('api/v1/flock')
class FlockController {
  @Post()
  @Operation({
    id: 'createFlock',
    summary: 'A flock',
    area: 'cluster',
    verb: 'create',
    role: 'admin',
    scope: 'cluster',
    answer: Sheep,
  })
  create(@Body({ schema: NewFlock }) flock: z.infer<typeof NewFlock>): Sheep {
    return flock;
  }
}

@Module({})
class RootModule {}

describe('the HTTP application', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const config = readConfig({});
    const root = {
      module: RootModule,
      imports: [PlatformModule.with(config, Log.silent())],
      controllers: [SheepController, FlockController],
    };
    app = await createApp(root, config, Log.silent());
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  const get = (url: string, headers = {}) => app.inject({ method: 'GET', url, headers });

  it('gives parsed input to the controller', async () => {
    expect((await get('/api/v1/sheep?limit=7')).json()).toEqual({ items: [{ name: '7' }] });
  });

  it('names every wrong parameter and what there is', async () => {
    const answer = await get('/api/v1/sheep?limit=0&colour=red&size=3');
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    const problem = answer.json<{ code: string; errors: { pointer: string; detail: string }[] }>();
    expect(problem.code).toBe('INVALID_INPUT');
    expect(problem.errors.map(({ pointer }) => pointer)).toEqual(['limit', 'colour', 'size']);
    expect(problem.errors[2]?.detail).toContain('known are colour, cursor, limit');
  });

  it('names a parameter that is given more than once, and takes lists so', async () => {
    const answer = await get('/api/v1/sheep?limit=1&limit=2&colour=black&colour=black&name=a&name=b&name=c');
    expect(answer.json<{ errors: object[] }>().errors).toEqual([
      { pointer: 'limit', detail: 'is given more than once (2 times): give it once' },
      { pointer: 'colour', detail: 'is given more than once (2 times): give it once' },
    ]);
    expect((await get('/api/v1/sheep?limit=7&name=a&name=b')).statusCode).toBe(200);
  });

  it('refuses query parameters where an operation takes none', async () => {
    const answer = await get('/api/v1/sheep/dolly?colour=black');
    expect([answer.statusCode, answer.json<{ errors: object[] }>().errors]).toEqual([
      400,
      [{ pointer: 'colour', detail: 'is not known here; this operation takes no query parameters' }],
    ]);
    expect((await get('/livez?probe=1')).statusCode).toBe(200);
  });

  it.each([
    ['GET', '/api/v1/sheep?colour=%00', 'colour'],
    ['GET', '/api/v1/sheep/%00', 'sheep'],
    ['POST', '/api/v1/sheep', '/name'],
  ] as const)('takes no text that no database takes (%#)', async (method, url, pointer) => {
    for (const name of ['\0', 'half \ud800']) {
      const answer = await app.inject({ method, url, ...(method === 'POST' ? { payload: { name } } : {}) });
      expect(answer.statusCode).toBe(400);
      expect(answer.json<{ errors: object[] }>().errors).toMatchObject([{ pointer }]);
    }
  });

  it.each([
    ['DELETE', '/api/v1/sheep', 'GET, HEAD, OPTIONS, POST'],
    ['PATCH', '/api/v1/sheep/dolly?x=1', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/v1/flock', 'OPTIONS, POST'],
  ] as const)('says which methods a path takes: %s %s', async (method, url, allow) => {
    const answer = await app.inject({
      method,
      url,
      ...(method === 'GET' ? {} : { payload: '<x/>', headers: { 'content-type': 'text/xml' } }),
    });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.json()).toMatchObject({
      code: 'METHOD_NOT_ALLOWED',
      detail: `${method} is not taken here: ${allow} are.`,
    });
    const options = await app.inject({ method: 'OPTIONS', url });
    expect([options.statusCode, options.headers.allow, options.body]).toEqual([204, allow, '']);
  });

  it('answers HEAD as GET without a body', async () => {
    const [head, whole] = [await app.inject({ method: 'HEAD', url: '/api/v1/sheep' }), await get('/api/v1/sheep')];
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([
      200,
      whole.headers['content-length'],
      '',
    ]);
  });

  it('says how large a body may be, and what sets it', async () => {
    const payload = `{"name":"${'a'.repeat(2 ** 20)}"}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/sheep', payload, headers });
    expect(answer.json<{ detail: string }>().detail).toMatch(
      /larger than the \d+ bytes that are allowed here \(MAX_BODY\)/,
    );
  });

  it('keeps a request id that is harmless and makes one otherwise', async () => {
    expect((await get('/livez', { 'x-request-id': 'abc-1' })).headers['x-request-id']).toBe('abc-1');
    expect((await get('/livez', { 'x-request-id': 'a\u0001b' })).headers['x-request-id']).toMatch(/^[\w-]{36}$/);
  });

  it.each([
    ['OPTIONS', '/nowhere', undefined, undefined, 404, 'NOT_FOUND'],
    ['DELETE', '/api/v1/sheep/', undefined, undefined, 404, 'NOT_FOUND'],
    ['GET', '/nowhere', undefined, undefined, 404, 'NOT_FOUND'],
    ['POST', '/api/v1/sheep', '{"name":', 'application/json', 400, 'INVALID_INPUT'],
    ['POST', '/api/v1/sheep', '<sheep/>', 'text/xml', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['POST', '/api/v1/sheep', `{"name":"${'a'.repeat(2 ** 20)}"}`, 'application/json', 413, 'PAYLOAD_TOO_LARGE'],
    ['POST', '/api/v1/sheep', '{"name":"wolf"}', 'application/json', 500, 'INTERNAL'],
    ['POST', '/api/v1/sheep', '{"name":"dog"}', 'application/json', 500, 'INTERNAL'],
    ['POST', '/api/v1/sheep', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, 'application/json', 400, 'INVALID_INPUT'],
    ['GET', '/api/v1/sheep/%zz', undefined, undefined, 400, 'INVALID_INPUT'],
    ['GET', `/api/v1/sheep/${'a'.repeat(513)}`, undefined, undefined, 414, 'URI_TOO_LONG'],
    ['POST', '/api/v1/sheep', '{}', 'application/json', 400, 'INVALID_INPUT'],
  ] as const)(
    'answers a bad request with a problem document (%#)',
    async (method, url, payload, type, status, code) => {
      const answer = await app.inject({
        method,
        url,
        ...(payload ? { payload, headers: { 'content-type': type } } : {}),
      });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.json<{ code: string }>().code).toBe(code);
      expect(answer.json<{ requestId: string }>().requestId).toBe(answer.headers['x-request-id']);
      expect(answer.body).not.toContain('12345678');
    },
  );

  it.each([
    ['NONSENSE\r\n\r\n', 400, 'INVALID_INPUT'],
    [`GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ])('answers what is not HTTP with a problem document and closes the connection (%#)', async (bytes, status, code) => {
    const { port } = app.getHttpServer().address() as { port: number };
    const [head = '', body = ''] = (await wire(port, bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code });
  });

  it('answers with few words, however many mistakes a body has', async () => {
    const payload = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key-${index}`, 1]));
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/flock',
      payload: { ...payload, ['k'.repeat(9_999)]: 1 },
    });
    expect(answer.json<{ errors: unknown[] }>().errors).toHaveLength(20);
    expect(answer.body.length).toBeLessThan(20_000);
  });

  it('is not shown in frames of other sites', async () => {
    expect((await get('/livez')).headers['content-security-policy']).toBe("frame-ancestors 'none'");
  });

  it('is ready only while no critical part is down, and says since when', async () => {
    const part = app.get(Readiness).part('records', { critical: true });
    expect((await get('/readyz')).statusCode).toBe(503);
    part.set('up');
    const answer = await get('/readyz');
    expect(answer.statusCode).toBe(200);
    expect(answer.json<{ parts: { name: string; state: string }[] }>().parts[0]).toMatchObject({
      name: 'records',
      state: 'up',
    });
  });

  it('describes itself in a valid OpenAPI 3.1 document with named components', async () => {
    const document = openApiDocument(app, '1.2.3');
    const result = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>);
    expect(result.errors ?? []).toEqual([]);
    expect(document.openapi).toBe('3.1.0');
    const list = document.paths['/api/v1/sheep']?.get;
    expect(list?.operationId).toBe('listSheep');
    expect(document.paths['/readyz']?.get?.responses['503']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Ready' } } },
    });
    expect(list?.responses['200']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/SheepList' } } },
    });
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(
      expect.arrayContaining(['Sheep', 'SheepList', 'Problem', 'InputError']),
    );
  });
});
