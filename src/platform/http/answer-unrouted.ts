import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { ProblemError } from '../errors.js';
import { sendProblem } from './problem.filter.js';
import type { OperationSpec } from './operation.js';
import { MAX_PATH_PART_LENGTH } from './wire-errors.js';

/**
 * Answers requests for which there is a path but no such method (RFC 9110, 15.5.6 and 9.3.7): OPTIONS with the methods that there are, others with 405 and those.
 * It does so once the caller is known and before a body is read, so that strangers learn nothing. Call it before routes are made.
 */
export function answerUnrouted(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const paths = findMyWay({ maxParamLength: MAX_PATH_PART_LENGTH });
  fastify.addHook('onRoute', ({ method, url, config }) => {
    paths.on([method].flat() as HTTPMethod[], url, () => undefined, config?.operation);
  });
  fastify.addHook('preParsing', (request, reply, _body, done) => {
    if (!request.is404) return done();
    const found = fastify.supportedMethods.flatMap((method) => {
      const route = paths.find(method as HTTPMethod, request.raw.url ?? '/');
      return route && !hasEmptyPart(route.params)
        ? [{ method, operation: route.store as OperationSpec | undefined }]
        : [];
    });
    const methods = found.map(({ method }) => method);
    // Elasticsearch's clients may ask by HEAD for an index of any name: that makes no path of it
    if (methods.every((method) => method === 'HEAD')) return done();
    const allow = [...methods, 'OPTIONS'].toSorted().join(', ');
    void reply.header('allow', allow);
    if (request.method === 'OPTIONS') {
      void reply.status(204).send();
      return;
    }
    const problem = new ProblemError('METHOD_NOT_ALLOWED', `${request.method} is not taken here: ${allow} are.`);
    const { operation } = found.find(({ method }) => method !== 'HEAD') ?? {};
    sendProblem(reply, problem, request.id, operation?.errorShape);
  });
}

/** Nest takes such paths for unknown ones. */
function hasEmptyPart(params: Readonly<Record<string, string | undefined>>): boolean {
  return Object.entries(params).some(([name, value]) => value === '' && name !== '*');
}
