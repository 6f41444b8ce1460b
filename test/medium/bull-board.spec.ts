import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { mountBullBoard } from '../../src/adapters/bullmq/bull-board.js';
import { BULLMQ_SCHEMA, connectPostgres } from '../../src/adapters/bullmq/connect-postgres.js';
import type { BullmqJobQueue } from '../../src/adapters/bullmq/job-queue.bullmq.js';
import { sendProblem, toProblem } from '../../src/platform/http/problem.filter.js';
import { QueueProcesses } from '../support/queue-processes.js';
import { openPgliteRecords } from '../support/records.js';
import { testJobs, type TestJobs } from '../support/test-jobs.js';

describe('Bull Board', () => {
  const { catalogue, wide } = testJobs();
  let processes: QueueProcesses;
  let queue: BullmqJobQueue<TestJobs>;
  let server: FastifyInstance;

  beforeAll(async () => {
    const { database } = await openPgliteRecords();
    processes = new QueueProcesses({
      async connect() {
        const backend = connectPostgres(database.schemaPool({ schema: BULLMQ_SCHEMA }));
        await backend.prepare();
        return backend;
      },
      stop: () => database.close(),
    });
    queue = (await processes.aProcess(catalogue)).queue;
    await queue.enqueue('test.do', { n: 42 }, { id: 'seen' });
    server = fastify();
    server.addHook('onRequest', (request, _, done) => {
      if (request.headers.authorization) request.caller = { name: 'ann', kind: 'token', role: 'admin' };
      done();
    });
    server.setErrorHandler((error, request, reply) => sendProblem(reply, toProblem(error, request), request.id));
    mountBullBoard(server, queue.queues);
    await server.ready();
  });
  afterAll(async () => {
    await server.close();
    await processes.stop();
  });

  const get = (url: string, headers: Record<string, string> = { authorization: 'Bearer x' }) =>
    server.inject({ url, headers });

  it('shows the queues and their jobs on the PostgreSQL backend', async () => {
    const page = await get('/queues');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    const script = /src="([^"]+\.js)"/.exec(page.body)?.[1] ?? '';
    const base = /<base href="([^"]+)"/.exec(page.body)?.[1] ?? '/queues/';
    expect((await get(new URL(script, `http://x${base}`).pathname)).statusCode).toBe(200);
    const { queues } = (await get(`/queues/api/queues?activeQueue=${wide}&status=latest&page=1&jobsPerPage=10`)).json<{
      queues: { name: string; counts: Record<string, number>; jobs: { id: string; data: unknown }[] }[];
    }>();
    expect(queues.map(({ name }) => name).toSorted()).toEqual(Object.keys(catalogue.queues).toSorted());
    const shown = queues.find(({ name }) => name === wide);
    expect(shown?.counts).toMatchObject({ waiting: 1 });
    expect(shown?.jobs).toMatchObject([{ id: 'test.do/seen', data: { n: 42 } }]);
  });

  it('is not reachable without a caller', async () => {
    for (const url of ['/queues', '/queues/', '/queues/api/queues', '/queues/static/index.js', '/queues/x/y']) {
      const { statusCode, body } = await get(url, {});
      expect({ url, statusCode: statusCode >= 400 }).toEqual({ url, statusCode: true });
      expect(body).not.toContain(wide);
      expect(body).not.toContain('<html');
    }
  });

  it.each([
    ['PUT', `/queues/api/queues/${wide}/clean/completed`],
    ['PUT', `/queues/api/queues/${wide}/pause`],
    ['PUT', `/queues/api/queues/${wide}/test.do%2Fseen/clean`],
    ['POST', `/queues/api/queues/${wide}/add`],
    ['PUT', `/queues/api/queues/${wide}/obliterate`],
  ] as const)('refuses to change anything: %s %s', async (method, url) => {
    const answer = await server.inject({ method, url, headers: { authorization: 'Bearer x' }, payload: {} });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(await queue.find('test.do', 'seen')).toMatchObject({ state: 'waiting' });
  });
});
