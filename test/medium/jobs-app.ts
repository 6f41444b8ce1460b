import { Injectable, Module, type CanActivate, type DynamicModule, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { BULLMQ_SCHEMA, connectPostgres } from '../../src/adapters/bullmq/connect-postgres.js';
import { BullmqModule } from '../../src/adapters/bullmq/bullmq.module.js';
import { BullmqJobQueue } from '../../src/adapters/bullmq/job-queue.bullmq.js';
import { Database } from '../../src/adapters/postgres/database.js';
import { PostgresIdempotencyRecords } from '../../src/adapters/postgres/idempotency-records.postgres.js';
import { PostgresRunRecords } from '../../src/adapters/postgres/run-records.postgres.js';
import { PostgresScheduleRecords } from '../../src/adapters/postgres/schedule-records.postgres.js';
import { AuditRecords } from '../../src/auth/audit-records.port.js';
import { CallerStreams } from '../../src/auth/caller-streams.js';
import type { Role } from '../../src/auth/caller.js';
import { JOB_CATALOGUE, type Jobs } from '../../src/jobs/job-catalogue.js';
import { HandlesJob, type JobContext, type JobHandler } from '../../src/jobs/job-handler.js';
import { JobsModule } from '../../src/jobs/jobs.module.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { idleHandlers } from '../support/idle-handlers.js';
import { preparedRecords } from '../support/prepared-records.js';
import { streamsOf, WatchedCaller } from '../support/watched-caller.js';

/** What the test's handler of `metrics.close-days` does; a test puts its own in. */
export const closeDays: { handle: (context: JobContext) => Promise<unknown> } = {
  handle: () => Promise.resolve({ days: 0 }),
};

@HandlesJob('metrics.close-days')
@Injectable()
class CloseDays implements JobHandler<'metrics.close-days'> {
  handle(_: object, context: JobContext): Promise<unknown> {
    return closeDays.handle(context);
  }
}

@HandlesJob('metrics.drop-expired')
@Injectable()
export class DropExpired implements JobHandler<'metrics.drop-expired'> {
  handle(): Promise<void> {
    return Promise.resolve();
  }
}

/** Takes who calls from headers: rights are another suite's matter. */
@Injectable()
class HeaderGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const name = String(request.headers['x-name'] ?? 'ann');
    request.caller = {
      name,
      kind: 'token',
      tokenId: name,
      role: (request.headers['x-role'] ?? 'admin') as Role,
    };
    return true;
  }
}

class NoAudit extends AuditRecords {
  insert = (): Promise<void> => Promise.resolve();
  end = (): Promise<void> => Promise.resolve();
  list = (): Promise<[]> => Promise.resolve([]);
  trim = (): Promise<number> => Promise.resolve(0);
}

@Module({})
class AuditModule {
  static global(): DynamicModule {
    const audit = { provide: AuditRecords, useClass: NoAudit };
    return { module: AuditModule, global: true, providers: [audit], exports: [audit] };
  }
}

@Module({})
class StreamsModule {
  static over(caller: WatchedCaller): DynamicModule {
    const providers = streamsOf(caller);
    return { module: StreamsModule, global: true, providers, exports: [CallerStreams] };
  }
}

@Module({})
class TestRoot {}

export interface JobsApp {
  readonly app: NestFastifyApplication;
  readonly queue: BullmqJobQueue<Jobs>;
  readonly runs: PostgresRunRecords;
  readonly caller: WatchedCaller;
  /** Stops it as a role does: the application, with its queues. The database stays. */
  close(): Promise<void>;
}

/** The whole jobs feature on an embedded database: HTTP, queue and workers. */
export async function startJobsApp(
  database: Database,
  options: { readonly workers?: boolean; readonly handlers?: readonly (new () => object)[] } = {},
): Promise<JobsApp> {
  const log = Log.silent();
  const backend = connectPostgres(database.schemaPool({ schema: BULLMQ_SCHEMA }));
  await backend.prepare();
  const runs = new PostgresRunRecords(database);
  const caller = new WatchedCaller();
  const config = readConfig({ SHUTDOWN_TIMEOUT: '4s' });
  const root: DynamicModule = {
    module: TestRoot,
    imports: [
      PlatformModule.with(config, log),
      AuditModule.global(),
      StreamsModule.over(caller),
      BullmqModule.with({ catalogue: JOB_CATALOGUE, backend, works: options.workers !== false, log }),
      JobsModule.with({
        runs,
        schedules: new PostgresScheduleRecords(database),
        idempotency: new PostgresIdempotencyRecords(database),
      }),
    ],
    providers: [
      { provide: APP_GUARD, useClass: HeaderGuard },
      ...(options.handlers ?? [CloseDays, DropExpired, ...idleHandlers('metrics.close-days', 'metrics.drop-expired')]),
    ],
  };
  const app = await createApp(root, config, log);
  const close = async (): Promise<void> => {
    await app.close();
    await backend.close();
  };
  try {
    await app.init();
  } catch (error) {
    await close();
    throw error;
  }
  return { app, queue: app.get<BullmqJobQueue<Jobs>>(BullmqJobQueue), runs, caller, close };
}

/** An embedded database in memory with the schema. */
export async function openTestDatabase(): Promise<Database> {
  return Database.openEmbedded({ image: (await preparedRecords()).image });
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface CallOptions {
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: Body;
}

/** Calls the API and reads its JSON. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what the caller expects of the body
export async function callApi<Body>(
  { app }: JobsApp,
  method: Method,
  path: string,
  { body, headers = {} }: CallOptions = {},
): Promise<Answer<Body>> {
  const url = `/api/v1${path}`;
  const response = await app.inject({ method, url, headers, ...(body ? { payload: body } : {}) });
  const answer = (response.body === '' ? undefined : JSON.parse(response.body)) as Body;
  return { status: response.statusCode, headers: response.headers, body: answer };
}
