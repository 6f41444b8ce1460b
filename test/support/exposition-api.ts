import { Module } from '@nestjs/common';
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
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';

const ADMIN: Caller = { name: 'admin', kind: 'token', role: 'admin' };
const TENANT: Caller = { name: 'tenant', kind: 'token', role: 'viewer', namespaces: ['shop', 'empty'] };

@Module({})
class RootModule {}

/**
 * `GET /metrics/cluster` over a reader, without the guard; the header `x-test-caller: tenant` makes a caller that sees `shop` and `empty` alone.
 * @param nowMs what the clock says
 */
export async function startExpositionApi(
  reader: MetricReader,
  cycles: Pick<CycleRecords, 'list' | 'sumClosed'>,
  nowMs: number,
  environment: Record<string, string> = {},
): Promise<NestFastifyApplication> {
  const config = readConfig(environment);
  const root = {
    module: RootModule,
    imports: [PlatformModule.with(config, Log.silent())],
    controllers: [ClusterExpositionController],
    providers: [
      ClusterExpositionService,
      ExpositionStreams,
      CollectionCoverage,
      QueryGate,
      { provide: Clock, useValue: { now: () => nowMs } },
      { provide: MetricReader, useValue: reader },
      { provide: CycleRecords, useValue: cycles },
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
