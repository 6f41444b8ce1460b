import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LIMITS, type LimitName } from '../../src/platform/limits.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';

/** How often each limit has refused or cut, as `/metrics` tells it; without those that have not. */
export async function limitHits(app: NestFastifyApplication): Promise<Partial<Record<LimitName, number>>> {
  const { text } = await app.get(OwnMetrics).expose();
  const found = [...text.matchAll(/^quartermaster_limit_hits_total\{limit="(.+)"\} (\d+)$/gm)];
  const hits = new Map(found.map(([, limit, count]) => [limit, Number(count)]));
  if (hits.size !== LIMITS.length) throw new Error('not every limit is told');
  return Object.fromEntries([...hits].filter(([, count]) => count > 0));
}
