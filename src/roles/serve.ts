import type { Server } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mountBullBoard } from '../adapters/bullmq/bull-board.js';
import { BullmqJobQueue } from '../adapters/bullmq/job-queue.bullmq.js';
import { loadServerTls, type ServerTls } from '../adapters/tls/server-tls.js';
import { ensureAdminToken } from '../auth/first-admin-token.js';
import { installAuth } from '../auth/install-auth.js';
import { TokenRecords } from '../auth/token-records.port.js';
import { Clock, SystemClock } from '../platform/clock.js';
import type { Config } from '../platform/config.js';
import { createApp } from '../platform/http/create-app.js';
import { OpenApi } from '../platform/http/openapi-holder.js';
import type { Ending } from '../platform/ending.js';
import type { Log } from '../platform/log.js';
import { Readiness } from '../platform/readiness.js';
import { programVersion } from '../platform/version.js';
import { AppModule } from './app.module.js';
import { hostOf, listen } from './listen.js';
import { endingPlan } from '../platform/ending-plan.js';
import { openEngines, type Engines } from './open-engines.js';
import { stopBackground } from './stop-background.js';
import { stopOnSignal } from './stop-on-signal.js';

/** So long `/readyz` says 503 before the door closes, for whoever sends requests here to see it. */
const DRAIN_MS = 1_000;

/** `ROLE=all`, `api`, `worker`: opens the engines, composes the application and listens until a signal. */
export async function serve(config: Config, log: Log): Promise<void> {
  log.info('Starting', { role: config.role, version: programVersion(), node: process.version });
  const engines = await openEngines(config, log);
  const tls = await openTls(config, log);
  const app = await createApp(AppModule.for(config, log, engines), config, log, tls);
  tls?.follow(app.getHttpServer() as Server, app.get(Readiness).part('certificate'));
  stopOnSignal((ending) => stop(ending, { app, engines, tls }), config.shutdownTimeoutMs, log);
  installAuth(app);
  if (config.role !== 'worker') {
    const showWorkers = config.redisUrl !== undefined || engines.database.kind === 'server';
    mountBullBoard(app.getHttpAdapter().getInstance(), app.get(BullmqJobQueue).queues, { showWorkers });
    await showAdminToken(app, config); // a worker would keep it where nobody looks for it
  }
  await app.init();
  app.get(OpenApi).makeWith(async () => {
    const { openApiDocument } = await import('../platform/http/openapi.js');
    return openApiDocument(app, programVersion());
  });
  await listen(app, { port: config.port, host: hostOf(config) });
  log.info('Listening', { ...(tls?.caFile === undefined ? {} : { caFile: tls.caFile }), url: await app.getUrl() });
}

interface Parts {
  readonly app: NestFastifyApplication;
  readonly engines: Engines;
  readonly tls: ServerTls | undefined;
}

/** Background work and what is being answered come to an end, then the application, then the engines. */
async function stop(ending: Ending, { app, engines, tls }: Parts): Promise<void> {
  const byMs = endingPlan(ending.limitMs);
  app.get(Readiness).drain();
  const closeDoor = async (): Promise<void> => {
    await pause(Math.min(DRAIN_MS, byMs.background));
    tls?.close();
    await ending.step('requests', byMs.background, () => app.getHttpAdapter().close());
  };
  await Promise.all([stopBackground(app, ending, byMs.background), closeDoor()]);
  await ending.step('application', byMs.application, () => app.close());
  await ending.step('engines', byMs.engines, () => engines.close());
}

function openTls(config: Config, log: Log): Promise<ServerTls | undefined> {
  const { tlsCertFile: certFile, tlsKeyFile: keyFile, tlsNames: names, dataDir, insecureHttp } = config;
  const options = { host: hostOf(config), certFile, keyFile, dataDir, insecureHttp, names };
  return loadServerTls(options, { clock: new SystemClock(), log });
}

/** The first admin token is printed once and never logged. */
async function showAdminToken(app: NestFastifyApplication, config: Config): Promise<void> {
  const { dataDir, adminToken } = config;
  const first = await ensureAdminToken(app.get(TokenRecords), app.get(Clock), { dataDir, adminToken });
  process.stdout.write(`${first.message}${first.kind === 'made' ? ` ${first.token}` : ''}\n`);
}
