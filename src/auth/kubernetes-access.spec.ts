import { describe, expect, it } from '@jest/globals';
import type { Log } from '../platform/log.js';
import { KubernetesAccess } from './kubernetes-access.js';
import type { KnownNamespaces } from './known-namespaces.port.js';
import type { KubernetesAuthority } from './kubernetes-authority.port.js';

describe('an API server that does not answer', () => {
  it('is told of every ten seconds, with how many calls it left without an answer', async () => {
    const warnings: unknown[] = [];
    const log = { warn: (_: string, fields: { unanswered: number }) => warnings.push(fields.unanswered) };
    const away = { reviewToken: () => Promise.reject(new Error('away')) };
    let nowMs = 0;
    const access = new KubernetesAccess(
      away as unknown as KubernetesAuthority,
      {} as KnownNamespaces,
      { now: () => nowMs },
      log as unknown as Log,
    );
    for (nowMs of [0, 1, 9_999, 10_000])
      await expect(access.userOf(`token-${nowMs}`)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(warnings).toEqual([1, 3]);
  });
});
