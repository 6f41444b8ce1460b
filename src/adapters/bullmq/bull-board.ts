import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Queue } from 'bullmq';
import type { FastifyInstance } from 'fastify';
import { callerOf } from '../../auth/caller.js';
import { ProblemError } from '../../platform/errors.js';

const PATH = '/queues';

/**
 * Bull Board under `/queues`: the queues and their jobs to look at. It changes nothing: whatever is not GET is refused, because a run is cancelled and retried
 * through the API, which keeps the records and the audit trail right.
 *
 * `showWorkers`: false where BullMQ cannot tell its workers: the embedded engine has one session for all of them.
 *
 * Call it after `installAuth` and before the application is initialised. A request without a caller is refused even where `installAuth` is missing.
 */
export function mountBullBoard(
  fastify: FastifyInstance,
  queues: readonly Queue[],
  { showWorkers = true }: { readonly showWorkers?: boolean } = {},
): void {
  const server = new FastifyAdapter();
  server.setBasePath(PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false })),
    // the two packages bring their types apart
    serverAdapter: server as unknown as Parameters<typeof createBullBoard>[0]['serverAdapter'],
    options: { uiConfig: { boardTitle: 'Quartermaster', hideRedisDetails: true, showWorkers } },
  });
  server.setErrorHandler((error) => {
    throw error; // to the application's own error handler, which answers with a problem document
  });
  fastify.register(
    (scope, _options, done) => {
      scope.addHook('onRequest', (request, _reply, next) => {
        callerOf(request);
        if (request.method !== 'GET' && request.method !== 'HEAD')
          throw new ProblemError(
            'METHOD_NOT_ALLOWED',
            'The queues are shown only: use /api/v1/runs to change something.',
          );
        next();
      });
      void scope.register(server.registerPlugin());
      done();
    },
    { prefix: PATH },
  );
}
