import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Caller } from '../../src/auth/caller.js';
import { CycleRecords } from '../../src/metrics/collect/cycle-records.port.js';
import { ClusterExpositionController } from '../../src/metrics/compat/cluster-exposition.controller.js';
import { ClusterExpositionService } from '../../src/metrics/compat/cluster-exposition.service.js';
import { ExpositionStreams } from '../../src/metrics/compat/exposition-streams.js';
import { MetricReader } from '../../src/metrics/metric-store.port.js';
import { CollectionCoverage } from '../../src/metrics/query/collection-coverage.js';
import { QueryGate } from '../../src/metrics/query/query-gate.js';
import { Clock } from '../../src/platform/clock.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp, type ServerTls } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';

const ADMIN: Caller = { name: 'admin', kind: 'token', role: 'admin' };
const TENANT: Caller = { name: 'tenant', kind: 'token', role: 'viewer', namespaces: ['shop', 'empty'] };

@Module({})
class RootModule {}

/** What a test may give besides the reader and the cycles. */
export interface ExpositionOptions {
  readonly environment?: Record<string, string>;
  /** Served over HTTPS. */
  readonly tls?: ServerTls;
  /** Further modules, and what is done before the start: the guard. Without it the header `x-test-caller: tenant` makes a caller that sees `shop` and `empty` alone. */
  readonly guard?: {
    readonly imports: readonly (DynamicModule | Type)[];
    readonly install: (app: NestFastifyApplication) => void;
  };
}

/**
 * `GET /metrics/cluster` over a reader.
 * @param now what the clock says
 */
export async function startExpositionApi(
  reader: MetricReader,
  cycles: Pick<CycleRecords, 'list' | 'sumClosed'>,
  now: () => number,
  { environment = {}, tls, guard = { imports: [], install: testCallers } }: ExpositionOptions = {},
): Promise<NestFastifyApplication> {
  const config = readConfig(environment);
  const root = {
    module: RootModule,
    imports: [PlatformModule.with(config, Log.silent()), ...guard.imports],
    controllers: [ClusterExpositionController],
    providers: [
      ClusterExpositionService,
      ExpositionStreams,
      CollectionCoverage,
      QueryGate,
      { provide: Clock, useValue: { now } },
      { provide: MetricReader, useValue: reader },
      { provide: CycleRecords, useValue: cycles },
    ],
  };
  const app = await createApp(root, config, Log.silent(), tls);
  guard.install(app);
  await app.init();
  return app;
}

function testCallers(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      request.caller = request.headers['x-test-caller'] === 'tenant' ? TENANT : ADMIN;
      done();
    });
}
