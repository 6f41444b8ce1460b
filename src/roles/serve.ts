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
import type { Log } from '../platform/log.js';
import { Readiness } from '../platform/readiness.js';
import { programVersion } from '../platform/version.js';
import { AppModule } from './app.module.js';
import { listen } from './listen.js';
import { openEngines } from './open-engines.js';
import { stopOnSignal } from './stop-on-signal.js';

/** So long `/readyz` says 503 before the door closes, for whoever sends requests here to see it. */
const DRAIN_MS = 1_000;

/** `ROLE=all`, `api`, `worker`: opens the engines, composes the application and listens until a signal. */
export async function serve(config: Config, log: Log): Promise<void> {
  log.info('Starting', { role: config.role, version: programVersion(), node: process.version });
  const engines = await openEngines(config, log);
  const tls = await openTls(config, log);
  const app = await createApp(AppModule.for(config, log, engines), config, log, tls);
  tls?.follow(app.getHttpServer() as Server);
  stopOnSignal(
    async () => {
      app.get(Readiness).drain();
      await pause(DRAIN_MS);
      tls?.close();
      await app.close();
      await engines.close();
    },
    config.shutdownTimeoutMs,
    log,
  );
  installAuth(app);
  if (config.role !== 'worker') {
    const showWorkers = config.redisUrl !== undefined || engines.database.kind === 'server';
    mountBullBoard(app.getHttpAdapter().getInstance(), app.get(BullmqJobQueue).queues, { showWorkers });
  }
  await showAdminToken(app, config);
  await app.init();
  app.get(OpenApi).makeWith(async () => {
    const { openApiDocument } = await import('../platform/http/openapi.js');
    return openApiDocument(app, programVersion());
  });
  await listen(app, { port: config.port, host: hostOf(config) });
  log.info('Listening', { ...(tls?.caFile === undefined ? {} : { caFile: tls.caFile }), url: await app.getUrl() });
}

function openTls(config: Config, log: Log): Promise<ServerTls | undefined> {
  const { tlsCertFile: certFile, tlsKeyFile: keyFile, tlsNames: names, dataDir, insecureHttp } = config;
  const options = { host: hostOf(config), certFile, keyFile, dataDir, insecureHttp, names };
  return loadServerTls(options, { clock: new SystemClock(), log });
}

function hostOf({ host, inPod }: Config): string {
  return host ?? (inPod ? '0.0.0.0' : '127.0.0.1');
}

/** The first admin token is printed once and never logged. */
async function showAdminToken(app: NestFastifyApplication, config: Config): Promise<void> {
  const { dataDir, adminToken } = config;
  const first = await ensureAdminToken(app.get(TokenRecords), app.get(Clock), { dataDir, adminToken });
  process.stdout.write(`${first.message}${first.kind === 'made' ? ` ${first.token}` : ''}\n`);
}
