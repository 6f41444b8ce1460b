import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../platform/errors.js';
import { Log } from '../platform/log.js';
import type { Authentication } from './authenticator.js';
import type { Caller } from './caller.js';
import { CallerWatch } from './caller-watch.js';

const CALLER: Caller = { kind: 'token', name: 'ann', tokenId: '1', role: 'viewer', namespaces: ['shop', 'data'] };
const OPERATION = { id: 'streamLogs', role: 'viewer', scope: 'namespaced', area: 'logs', verb: 'list' };
const REQUEST = {
  id: 'r',
  caller: CALLER,
  routeOptions: { config: { operation: OPERATION } },
} as unknown as FastifyRequest;
const stranger: Authentication = { presented: true, because: 'revoked' };

/** Whether a stream has ended after the caller was looked at twice; `found` is what the second look finds. */
async function isEnded(found: () => Authentication): Promise<boolean> {
  const looked = Promise.withResolvers<void>();
  let looks = 0;
  const authenticator = {
    authenticate: (): Promise<Authentication> => {
      looks += 1;
      if (looks === 3) looked.resolve();
      return looks === 2 ? new Promise((resolve) => resolve(found())) : Promise.resolve({ caller: CALLER });
    },
  };
  const authorizer = { authorize: (_: unknown, __: unknown, known?: Caller) => Promise.resolve(known ?? CALLER) };
  const over = new AbortController();
  const ended = new CallerWatch(authenticator, authorizer, Log.silent()).ended(REQUEST, over.signal, 1);
  const isOver = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve()));
  await Promise.race([looked.promise, isOver]);
  over.abort();
  return ended.aborted;
}

describe('a stream', () => {
  it.each<[string, boolean, () => Authentication]>([
    ['goes on while nothing changes', false, () => ({ caller: CALLER })],
    ['does not mind the order of namespaces', false, () => ({ caller: { ...CALLER, namespaces: ['data', 'shop'] } })],
    ['ends when the token is not good any more', true, () => stranger],
    ['ends when the caller sees less', true, () => ({ caller: { ...CALLER, namespaces: ['shop'] } })],
    [
      'ends when the caller is refused',
      true,
      () => {
        throw new ProblemError('FORBIDDEN', 'no');
      },
    ],
    [
      'goes on while nobody can be asked',
      false,
      () => {
        throw new ProblemError('UNAVAILABLE', 'away');
      },
    ],
  ])('%s', async (_, expected, found) => {
    expect(await isEnded(found)).toBe(expected);
  });
});
