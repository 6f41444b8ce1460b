import type { AddressInfo } from 'node:net';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { KubernetesClusterWatch } from '../../src/adapters/kubernetes/cluster-watch.kubernetes.js';
import type { Caller } from '../../src/auth/caller.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import { LogCollectModule } from '../../src/logs/collect/log-collect.module.js';
import type { LogHealth } from '../../src/logs/collect/log-health.schema.js';
import { LogCoverage } from '../../src/logs/query/log-coverage.port.js';
import { LogWriter } from '../../src/logs/store/log-store.port.js';
import { SystemClock } from '../../src/platform/clock.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { Readiness } from '../../src/platform/readiness.js';
import { logCollectPorts } from '../../src/roles/log-collect-ports.js';
import { apiOf } from './cluster-client.js';
import type { TestRecords } from './records.js';

/** The log followers of one process over any cluster, records and store, with `/logs/health`. */
export class LogFollowersApp {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly opened: AsyncDisposableStack,
    readonly caller: { namespaces?: readonly string[] },
  ) {}

  static async start(
    kubeconfig: string,
    records: TestRecords,
    writer: Pick<LogWriter, 'append'>,
    environment: Record<string, string> = {},
  ): Promise<LogFollowersApp> {
    await using opening = new AsyncDisposableStack();
    const api = apiOf(kubeconfig);
    opening.defer(() => api.close());
    const clock = new SystemClock();
    const options = { firstBackoffMs: 50, maxBackoffMs: 1000 };
    const view = new ClusterView(new KubernetesClusterWatch(api), clock, new Readiness(clock), Log.silent(), options);
    view.start();
    opening.defer(() => view.stop());
    const providers = [
      { provide: ClusterView, useValue: view },
      { provide: LogWriter, useValue: writer },
      ...logCollectPorts({ database: records.database, api }),
    ];
    @Global()
    @Module({ providers, exports: providers })
    class PortsModule {}
    @Module({})
    class RootModule {}
    const config = readConfig(environment);
    const collect = LogCollectModule.for({ answers: true, works: true });
    const imports = [PlatformModule.with(config, Log.silent()), PortsModule, collect];
    const app = await createApp({ module: RootModule, imports }, config, Log.silent());
    const caller: { namespaces?: readonly string[] } = {};
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', (request, _reply, done) => {
        request.caller = { name: 'test', kind: 'token', role: 'viewer', ...caller } satisfies Caller;
        done();
      });
    await app.listen(0, '127.0.0.1');
    opening.defer(() => app.close());
    return new LogFollowersApp(app, opening.move(), caller);
  }

  async health(query = ''): Promise<LogHealth> {
    return (await this.ask(query)).json() as Promise<LogHealth>;
  }

  ask(query: string): Promise<Response> {
    const { port } = this.app.getHttpServer().address() as AddressInfo;
    return fetch(`http://127.0.0.1:${port}/api/v1/logs/health?${query}`);
  }

  get coverage(): LogCoverage {
    return this.app.get(LogCoverage);
  }

  get readiness(): Readiness {
    return this.app.get(Readiness);
  }

  async close(): Promise<void> {
    await this.opened.disposeAsync();
  }
}
