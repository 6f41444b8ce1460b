import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BullmqModule } from '../../src/adapters/bullmq/bullmq.module.js';
import { BULLMQ_SCHEMA, connectPostgres } from '../../src/adapters/bullmq/connect-postgres.js';
import type { Database } from '../../src/adapters/postgres/database.js';
import { PostgresIdempotencyRecords } from '../../src/adapters/postgres/idempotency-records.postgres.js';
import { PostgresReleaseRecords } from '../../src/adapters/postgres/release-records.postgres.js';
import { PostgresResizerRecords } from '../../src/adapters/postgres/resizer-records.postgres.js';
import { PostgresRunRecords } from '../../src/adapters/postgres/run-records.postgres.js';
import { PostgresScheduleRecords } from '../../src/adapters/postgres/schedule-records.postgres.js';
import { StaticPods } from '../../src/agents/static-pods.service.js';
import { AuditRecords } from '../../src/auth/audit-records.port.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import type { Role } from '../../src/auth/caller.js';
import { installAuth } from '../../src/auth/install-auth.js';
import { KnownNamespaces } from '../../src/auth/known-namespaces.port.js';
import { KubernetesAuthority } from '../../src/auth/kubernetes-authority.port.js';
import { PodNodes } from '../../src/auth/pod-nodes.port.js';
import { SessionRecords } from '../../src/auth/session-records.port.js';
import { newToken } from '../../src/auth/token-format.js';
import { TokenRecords } from '../../src/auth/token-records.port.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import { ClusterWatch } from '../../src/cluster/cluster-watch.port.js';
import { JOB_CATALOGUE } from '../../src/jobs/job-catalogue.js';
import { JobsModule } from '../../src/jobs/jobs.module.js';
import type { RunView } from '../../src/jobs/run.schema.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { packageRoot } from '../../src/platform/version.js';
import { HttpsApiServerProbe } from '../../src/adapters/kubernetes/api-server-probe.https.js';
import { ApiServerProbe } from '../../src/stacks/control-plane/api-server-probe.port.js';
import { ControlPlaneModule } from '../../src/stacks/control-plane/control-plane.module.js';
import { MetricReader } from '../../src/metrics/metric-store.port.js';
import { PostgresFetchedStackRecords } from '../../src/adapters/postgres/fetched-stack-records.postgres.js';
import { FetchedStackRecords } from '../../src/stacks/fetched/fetched-stack-records.port.js';
import { StackArchives } from '../../src/stacks/fetched/stack-archives.port.js';
import { ClusterObjects } from '../../src/stacks/objects/cluster-objects.port.js';
import { PodLogs } from '../../src/logs/collect/pod-log.port.js';
import { ReleaseRecords } from '../../src/stacks/releases/release-records.port.js';
import { ResizerRecords } from '../../src/stacks/resizers/resizer-records.port.js';
import { ResizersModule } from '../../src/stacks/resizers/resizers.module.js';
import { StacksModule } from '../../src/stacks/stacks.module.js';
import { FakeAuthority } from './auth-app.js';
import { eventually } from './eventually.js';
import { idleHandlers } from './idle-handlers.js';
import { MemoryClusterObjects } from './memory-cluster-objects.js';
import { MemoryMetricStore } from './memory-metric-store.js';
import { MemoryStackArchives } from './memory-stack-archives.js';
import { ScriptedPodLogs } from './scripted-pod-logs.js';
import { MemoryStaticPods } from './memory-static-pods.js';
import { StaticWatch } from './static-watch.js';
import { tokenEngineOn } from './token-engine.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Told<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Body;
  /** The body as it came. */
  readonly text: string;
}

/** Calls as one caller. */
export type Call = <Body>(method: Method, path: string, body?: object) => Promise<Told<Body>>;

/** A log whose lines are kept, errors with their stacks. */
function recordingLog(lines: string[]): Log {
  const text = (_: string, value: unknown): unknown =>
    value instanceof Error
      ? { ...Object.fromEntries(Object.entries(value)), message: value.message, stack: value.stack }
      : value;
  const write = (message: string, fields: object = {}): void =>
    void lines.push(JSON.stringify([message, fields], text));
  const log = { debug: write, info: write, warn: write, error: write, child: () => log };
  return log as unknown as Log;
}

/** Stacks over HTTP with their workers, on the given records and a cluster in memory with the namespace `shop`. */
export class StacksApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly cluster: MemoryClusterObjects,
    /** What the watches tell. */
    readonly watch: StaticWatch,
    readonly metrics: MemoryMetricStore,
    readonly authority: FakeAuthority,
    /** What agents have written on nodes. */
    readonly staticPods: MemoryStaticPods,
    /** What every container has written. */
    readonly podLogs: ScriptedPodLogs,
    /** All that was logged. */
    readonly logged: () => string,
    private readonly closeQueue: () => Promise<void>,
  ) {}

  /**
   * @param objects another cluster than the one in memory
   * @param archives what there is to fetch
   */
  static async boot(
    database: Database,
    objects?: ClusterObjects,
    archives = new MemoryStackArchives(),
  ): Promise<StacksApp> {
    const lines: string[] = [];
    const log = recordingLog(lines);
    const config = readConfig({
      SHUTDOWN_TIMEOUT: '4s',
      STACKS_DIR: join(packageRoot(), 'test/support/stacks'),
    });
    const backend = connectPostgres(database.schemaPool({ schema: BULLMQ_SCHEMA }));
    await backend.prepare();
    const cluster = new MemoryClusterObjects();
    cluster.readyAtOnce = true;
    for (const name of ['shop', 'data']) cluster.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const watch = new StaticWatch();
    const metrics = new MemoryMetricStore();
    const authority = new FakeAuthority();
    const podLogs = new ScriptedPodLogs();
    const staticPods = new MemoryStaticPods();
    const engine = await tokenEngineOn(Promise.resolve({ database, close: async () => undefined }));
    const providers = [
      { provide: TokenRecords, useValue: engine.tokens },
      { provide: SessionRecords, useValue: engine.sessions },
      { provide: AuditRecords, useValue: engine.audit },
      { provide: KubernetesAuthority, useValue: authority },
      { provide: KnownNamespaces, useValue: { names: async () => ['shop', 'data'] } },
      { provide: PodNodes, useValue: { nodeOf: () => undefined } },
      { provide: ClusterWatch, useValue: watch },
      { provide: ReleaseRecords, useValue: new PostgresReleaseRecords(database, config.releaseRevisionsKept) },
      { provide: FetchedStackRecords, useValue: new PostgresFetchedStackRecords(database) },
      { provide: StackArchives, useValue: archives },
      { provide: ApiServerProbe, useValue: new HttpsApiServerProbe() },
      { provide: ResizerRecords, useValue: new PostgresResizerRecords(database) },
      { provide: MetricReader, useValue: metrics.reader },
      { provide: ClusterObjects, useValue: objects ?? cluster },
      { provide: StaticPods, useValue: staticPods },
      { provide: PodLogs, useValue: podLogs },
      ClusterView,
    ];
    @Global()
    @Module({ providers, exports: providers })
    class PortsModule {}
    @Module({})
    class RootModule {}
    const app = await createApp(
      {
        module: RootModule,
        imports: [
          PlatformModule.with(config, log),
          PortsModule,
          AuthModule,
          BullmqModule.with({ catalogue: JOB_CATALOGUE, backend, works: true, log }),
          JobsModule.with({
            runs: new PostgresRunRecords(database),
            schedules: new PostgresScheduleRecords(database),
            idempotency: new PostgresIdempotencyRecords(database),
          }),
          StacksModule.for({ answers: true, works: true }),
          ControlPlaneModule.for({ answers: true, works: true }),
          ResizersModule.for({ answers: true, works: true }),
        ],
        providers: idleHandlers(
          'stacks.deploy',
          'stacks.remove',
          'stacks.check-drift',
          'stacks.install-control-plane',
          'stacks.uninstall-control-plane',
          'stacks.watch-leases',
          'stacks.resize',
        ),
      },
      config,
      log,
    );
    installAuth(app);
    app.get(ClusterView).start();
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new StacksApp(
      app,
      cluster,
      watch,
      metrics,
      authority,
      staticPods,
      podLogs,
      () => lines.join('\n'),
      () => backend.close(),
    );
  }

  /** A caller of a role, limited to namespaces where some are given. */
  async caller(role: Role, namespaces?: readonly string[]): Promise<Call> {
    const { id, text, hash } = newToken();
    const common = { name: role, origin: 'api', createdBy: 'test', createdAtMs: Date.now() } as const;
    await this.app.get(TokenRecords).insert({ id, hash, role, ...common, ...(namespaces ? { namespaces } : {}) });
    return this.as(text);
  }

  /** The holder of a token. */
  as(token: string): Call {
    return async (method, path, body) => {
      const answer = await this.app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { authorization: `Bearer ${token}` },
        ...(body ? { payload: body } : {}),
      });
      const parsed = answer.body === '' ? undefined : (JSON.parse(answer.body) as never);
      return { status: answer.statusCode, headers: answer.headers, body: parsed as never, text: answer.body };
    };
  }

  /** The run that a change was accepted as, once it is over. */
  async over(call: Call, accepted: Told<RunView>): Promise<RunView> {
    if (accepted.status !== 202) throw new Error(`Not accepted: ${accepted.status} ${accepted.text}`);
    const location = String(accepted.headers['location']).replace('/api/v1', '');
    return eventually('the run is over', async () => {
      const { body } = await call<RunView>('GET', location);
      return body.finishedAt === undefined ? undefined : body;
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.app.get(ClusterView).stop();
    await this.closeQueue();
  }
}
