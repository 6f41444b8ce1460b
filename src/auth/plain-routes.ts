import type { Guarded } from './authorizer.js';

/**
 * Routes that are no controller's: Bull Board's. They are matched by the pattern of the route that Fastify chose, never by the text of the
 * address, so that no spelling of an address gets around them.
 */
export function plainOperation(method: string, route: string | undefined): Guarded | undefined {
  if (route === undefined || !/^\/queues(\/|$)/.test(route)) return undefined;
  const reads = method === 'GET' || method === 'HEAD';
  return {
    id: reads ? 'getQueues' : 'changeQueues',
    role: 'admin',
    scope: 'cluster',
    area: 'queues',
    verb: reads ? 'list' : 'update',
  };
}
