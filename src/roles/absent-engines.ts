import { Module, type DynamicModule } from '@nestjs/common';
import { JobQueue } from '../jobs/job-queue.port.js';
import type { Engines } from './open-engines.js';

/** Gives a queue that is not there. */
@Module({})
class AbsentJobs {}

/**
 * Engines that are not there, for describing the routes: the application's parts can be put together over them, and whatever a constructor asks of
 * them is absent too. Nothing may be started on them.
 */
export function absentEngines(): Engines {
  const absent: object = new Proxy(() => absent, {
    get: (_, name) => (name === 'then' ? undefined : name === 'jobs' ? jobs : absent),
    apply: () => absent,
  });
  const queue = { provide: JobQueue, useValue: absent };
  const jobs: DynamicModule = { module: AbsentJobs, global: true, providers: [queue], exports: [queue] };
  return absent as Engines;
}
