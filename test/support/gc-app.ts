import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BullmqModule } from '../../src/adapters/bullmq/bullmq.module.js';
import { BULLMQ_SCHEMA, connectPostgres } from '../../src/adapters/bullmq/connect-postgres.js';
import { PostgresAgentFindingRecords } from '../../src/adapters/postgres/agent-finding-records.postgres.js';
import { PostgresAgentRecords } from '../../src/adapters/postgres/agent-records.postgres.js';
import { PostgresAgentTaskRecords } from '../../src/adapters/postgres/agent-task-records.postgres.js';
import { PostgresStaticPodRecords } from '../../src/adapters/postgres/static-pod-records.postgres.js';
import { PostgresAgentWorkRecords } from '../../src/adapters/postgres/agent-work-records.postgres.js';
import type { Database } from '../../src/adapters/postgres/database.js';
import { PostgresGcPlanRecords } from '../../src/adapters/postgres/gc-plan-records.postgres.js';
import { PostgresGcPolicyRecords } from '../../src/adapters/postgres/gc-policy-records.postgres.js';
import { PostgresGcRemovalRecords } from '../../src/adapters/postgres/gc-removal-records.postgres.js';
import { PostgresGcRunRecords } from '../../src/adapters/postgres/gc-run-records.postgres.js';
import { PostgresIdempotencyRecords } from '../../src/adapters/postgres/idempotency-records.postgres.js';
import { PostgresImageLedgerRecords } from '../../src/adapters/postgres/image-ledger-records.postgres.js';
import { PostgresRunRecords } from '../../src/adapters/postgres/run-records.postgres.js';
import { PostgresScheduleRecords } from '../../src/adapters/postgres/schedule-records.postgres.js';
import { AgentFindingRecords } from '../../src/agents/agent-finding-records.port.js';
import { AgentRecords } from '../../src/agents/agent-records.port.js';
import { AgentTaskRecords } from '../../src/agents/agent-task-records.port.js';
import { StaticPodRecords } from '../../src/agents/static-pod-records.port.js';
import { AgentWorkRecords } from '../../src/agents/agent-work-records.port.js';
import { AgentsModule } from '../../src/agents/agents.module.js';
import { TaskBell } from '../../src/agents/task-bell.js';
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
import { NodeEvents, type NodeEvent } from '../../src/gc/announce/node-events.port.js';
import { RunWebhook } from '../../src/gc/announce/run-webhook.port.js';
import { GcModule } from '../../src/gc/gc.module.js';
import { ImageLedgerRecords } from '../../src/gc/ledger/image-ledger-records.port.js';
import { GcPlanRecords } from '../../src/gc/plans/gc-plan-records.port.js';
import { GcPolicyRecords } from '../../src/gc/policies/gc-policy-records.port.js';
import { KubeletConfigs, type KubeletThresholds } from '../../src/gc/policies/kubelet-configs.port.js';
import { GcRemovalRecords } from '../../src/gc/removals/gc-removal-records.port.js';
import { GcRunRecords } from '../../src/gc/runs/gc-run-records.port.js';
import { JOB_CATALOGUE, type Job } from '../../src/jobs/job-catalogue.js';
import { type ScheduleView, scheduleView } from '../../src/jobs/schedule.schema.js';
import { ScheduleService } from '../../src/jobs/schedule.service.js';
import { JobsModule } from '../../src/jobs/jobs.module.js';
import { MetricReader } from '../../src/metrics/metric-store.port.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { eventually } from './eventually.js';
import { FakeAuthority } from './auth-app.js';
import { idleHandlers } from './idle-handlers.js';
import { SimulatedAgents } from './simulated-agents.js';
import { StaticWatch } from './static-watch.js';
import { tokenEngineOn } from './token-engine.js';

const GC_JOBS: readonly Job[] = [
  'gc.run',
  'gc.run-node',
  'gc.settle-runs',
  'gc.keep-ledger',
  'gc.check-disks',
  'gc.announce-run',
];

/** What is outside of the program, as a test sets and sees it. */
export class Outside {
  readonly watch = new StaticWatch();
  readonly events: NodeEvent[] = [];
  readonly webhooks: { id: string; body: unknown }[] = [];
  hasWebhook = true;
  readonly kubelets = new Map<string, KubeletThresholds>();
  /** Values of metrics of nodes: `metric node resource`. */
  readonly metrics = new Map<string, number>();
}

/** Garbage collection over HTTP with its workers, on the given records, with simulated agents. */
export class GcApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly agents: SimulatedAgents,
    readonly outside: Outside,
    private readonly closeQueue: () => Promise<void>,
  ) {}

  /** @param works false: it only answers, as `ROLE=api` does */
  static async boot(database: Database, outside = new Outside(), works = true): Promise<GcApp> {
    const log = Log.silent();
    const config = readConfig({ SHUTDOWN_TIMEOUT: '4s' });
    const backend = connectPostgres(database.schemaPool({ schema: BULLMQ_SCHEMA }));
    await backend.prepare();
    const providers = [...(await recordPorts(database)), ...outsidePorts(outside), ClusterView];
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
          BullmqModule.with({ catalogue: JOB_CATALOGUE, backend, works, log }),
          JobsModule.with({
            runs: new PostgresRunRecords(database),
            schedules: new PostgresScheduleRecords(database),
            idempotency: new PostgresIdempotencyRecords(database),
          }),
          AgentsModule.for({ answers: false, works }),
          GcModule.for({ answers: true, works }),
        ],
        providers: works ? idleHandlers(...GC_JOBS) : [],
      },
      config,
      log,
    );
    installAuth(app);
    app.get(ClusterView).start();
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    await eventually('the cluster is known', () => app.get(ClusterView).whenSynced(10_000));
    const bell = app.get(TaskBell, { strict: false });
    const agents = new SimulatedAgents(app.get(AgentWorkRecords), app.get(AgentRecords), bell);
    return new GcApp(app, agents, outside, () => backend.close());
  }

  /** A caller of a role. */
  async caller(role: Role): Promise<<Body>(method: Method, path: string, body?: object) => Promise<Told<Body>>> {
    const { id, text, hash } = newToken();
    const common = { name: role, origin: 'api', createdBy: 'test', createdAtMs: Date.now() } as const;
    await this.app.get(TokenRecords).insert({ id, hash, role, ...common });
    return async (method, path, body) => {
      const answer = await this.app.inject({
        method,
        url: `/api/v1/gc${path}`,
        headers: { authorization: `Bearer ${text}` },
        ...(body ? { payload: body } : {}),
      });
      const parsed = answer.body === '' ? undefined : (JSON.parse(answer.body) as never);
      return { status: answer.statusCode, headers: answer.headers, body: parsed as never };
    };
  }

  /** The schedules as `GET /schedules` shows them. */
  async schedules(): Promise<ScheduleView[]> {
    const known = await this.app.get(ScheduleService).list();
    return known.map(scheduleView);
  }

  async close(): Promise<void> {
    await this.agents.stop();
    await this.app.close();
    await this.app.get(ClusterView).stop();
    await this.closeQueue();
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Told<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Body;
}

async function recordPorts(database: Database) {
  const engine = await tokenEngineOn(Promise.resolve({ database, close: async () => undefined }));
  return [
    { provide: TokenRecords, useValue: engine.tokens },
    { provide: SessionRecords, useValue: engine.sessions },
    { provide: AuditRecords, useValue: engine.audit },
    { provide: AgentRecords, useValue: new PostgresAgentRecords(database) },
    { provide: AgentTaskRecords, useValue: new PostgresAgentTaskRecords(database) },
    { provide: AgentWorkRecords, useValue: new PostgresAgentWorkRecords(database) },
    { provide: AgentFindingRecords, useValue: new PostgresAgentFindingRecords(database) },
    { provide: StaticPodRecords, useValue: new PostgresStaticPodRecords(database) },
    { provide: GcPolicyRecords, useValue: new PostgresGcPolicyRecords(database) },
    { provide: GcPlanRecords, useValue: new PostgresGcPlanRecords(database) },
    { provide: GcRunRecords, useValue: new PostgresGcRunRecords(database) },
    { provide: GcRemovalRecords, useValue: new PostgresGcRemovalRecords(database) },
    { provide: ImageLedgerRecords, useValue: new PostgresImageLedgerRecords(database) },
  ];
}

function outsidePorts(outside: Outside) {
  const { watch, events, webhooks, kubelets, metrics } = outside;
  class Events extends NodeEvents {
    tell = async (event: NodeEvent): Promise<void> => void events.push(event);
  }
  class Webhook extends RunWebhook {
    get isConfigured(): boolean {
      return outside.hasWebhook;
    }
    send = async (id: string, body: object): Promise<void> => void webhooks.push({ id, body });
  }
  class Kubelets extends KubeletConfigs {
    thresholds = async (node: string) => kubelets.get(node);
  }
  const instant = async ({ metric }: { metric: string }) =>
    [...metrics].flatMap(([key, value]) => {
      const [name, node, resource] = key.split(' ');
      return name === metric ? [{ object: { type: 'node', node, resource }, cycleAtMs: Date.now(), value }] : [];
    });
  return [
    { provide: ClusterWatch, useValue: watch },
    { provide: KubernetesAuthority, useClass: FakeAuthority },
    { provide: KnownNamespaces, useValue: { names: async () => [] } },
    { provide: PodNodes, useValue: { nodeOf: () => undefined } },
    { provide: NodeEvents, useClass: Events },
    { provide: RunWebhook, useClass: Webhook },
    { provide: KubeletConfigs, useClass: Kubelets },
    { provide: MetricReader, useValue: { instant } },
  ];
}
