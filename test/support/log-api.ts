import { Module, type Provider } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { expect } from '@jest/globals';
import type { Caller } from '../../src/auth/caller.js';
import { LOG_QUERY_PARTS } from '../../src/logs/query/log-query.module.js';
import { LogQueryRecords } from '../../src/logs/queries/log-query-records.port.js';
import { LogReader } from '../../src/logs/store/log-store.port.js';
import { Clock } from '../../src/platform/clock.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { T0_NS } from './log-lines.js';
import { streamsOf, WatchedCaller } from './watched-caller.js';

const NOW = Number(T0_NS / 1_000_000n) + 600_000;

const ADMIN: Caller = { name: 'admin', kind: 'token', role: 'admin', tokenId: 'admin' };
export const TENANT: Caller = {
  name: 'tenant',
  kind: 'token',
  role: 'viewer',
  tokenId: 'tenant',
  namespaces: ['shop'],
};
export const asTenant = { 'x-test-caller': 'tenant' };

class FixedClock extends Clock {
  override now(): number {
    return NOW;
  }
}

@Module({})
class RootModule {}

/** The logs' API over a reader. It is ten minutes after `T0_NS`; the header `x-test-caller: tenant` makes a caller that sees `shop` alone. */
export async function startLogApi(
  reader: LogReader,
  environment: Record<string, string> = {},
  further: readonly Provider[] = [],
): Promise<NestFastifyApplication> {
  const config = readConfig(environment);
  const root = {
    module: RootModule,
    imports: [PlatformModule.with(config, Log.silent())],
    controllers: LOG_QUERY_PARTS.controllers,
    providers: [
      ...LOG_QUERY_PARTS.providers,
      { provide: Clock, useClass: FixedClock },
      { provide: LogReader, useValue: reader },
      ...streamsOf(new WatchedCaller()),
      { provide: LogQueryRecords, useValue: {} },
      ...further,
    ],
  };
  const app = await createApp(root, config, Log.silent());
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      request.caller = request.headers['x-test-caller'] === 'tenant' ? TENANT : ADMIN;
      done();
    });
  await app.init();
  return app;
}

export interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** Asks the API about logs and expects 200, or the problem of a status. */
export class LogClient {
  constructor(private readonly app: NestFastifyApplication) {}

  get(path: string, query: Parameters = {}, headers: Record<string, string> = {}) {
    const pairs = Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    );
    const url = `/api/v1/logs${path}?${new URLSearchParams(pairs).toString()}`;
    return this.app.inject({ method: 'GET', url, headers });
  }

  async ok<Answer>(path: string, query: Parameters = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.get(path, query, headers);
    expect([answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([200, '']);
    return answer.json<Answer>();
  }

  /** The messages of a search, in the order of the answer. */
  async messages(query: Parameters, headers: Record<string, string> = {}): Promise<string[]> {
    const { items } = await this.ok<{ items: { message: string }[] }>('', query, headers);
    return items.map(({ message }) => message);
  }

  async problem(
    path: string,
    query: Parameters,
    status: number,
    headers: Record<string, string> = {},
  ): Promise<ProblemBody> {
    const answer = await this.get(path, query, headers);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
    return answer.json<ProblemBody>();
  }
}
