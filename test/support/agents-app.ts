import type { AddressInfo } from 'node:net';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LightMyRequestResponse } from 'fastify';
import { PostgresAgentFindingRecords } from '../../src/adapters/postgres/agent-finding-records.postgres.js';
import { PostgresAgentRecords } from '../../src/adapters/postgres/agent-records.postgres.js';
import { PostgresAgentTaskRecords } from '../../src/adapters/postgres/agent-task-records.postgres.js';
import { PostgresStaticPodRecords } from '../../src/adapters/postgres/static-pod-records.postgres.js';
import { PostgresAgentWorkRecords } from '../../src/adapters/postgres/agent-work-records.postgres.js';
import { AgentFindingRecords } from '../../src/agents/agent-finding-records.port.js';
import { AgentRecords } from '../../src/agents/agent-records.port.js';
import { AgentTaskRecords } from '../../src/agents/agent-task-records.port.js';
import { StaticPodRecords } from '../../src/agents/static-pod-records.port.js';
import { AgentWorkRecords } from '../../src/agents/agent-work-records.port.js';
import { AgentsModule } from '../../src/agents/agents.module.js';
import { AuditRecords } from '../../src/auth/audit-records.port.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { installAuth } from '../../src/auth/install-auth.js';
import { KnownNamespaces } from '../../src/auth/known-namespaces.port.js';
import { KubernetesAuthority } from '../../src/auth/kubernetes-authority.port.js';
import { PodNodes } from '../../src/auth/pod-nodes.port.js';
import { SessionRecords } from '../../src/auth/session-records.port.js';
import { newToken } from '../../src/auth/token-format.js';
import { TokenRecords } from '../../src/auth/token-records.port.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import type { Database } from '../../src/adapters/postgres/database.js';
import { FakeAuthority } from './auth-app.js';
import { tokenEngineOn } from './token-engine.js';

const AGENT = 'system:serviceaccount:quartermaster:quartermaster-agent';

/** The agents feature over HTTP as one replica, on the given records, with an API server that knows agents' tokens by their node. */
export class AgentsApp {
  readonly authority: FakeAuthority;

  private constructor(readonly app: NestFastifyApplication) {
    this.authority = app.get(KubernetesAuthority);
  }

  static async boot(database: Database, environment: Record<string, string> = {}): Promise<AgentsApp> {
    const engine = await tokenEngineOn(Promise.resolve({ database, close: async () => undefined }));
    const providers = [
      { provide: TokenRecords, useValue: engine.tokens },
      { provide: SessionRecords, useValue: engine.sessions },
      { provide: AuditRecords, useValue: engine.audit },
      { provide: KubernetesAuthority, useClass: FakeAuthority },
      { provide: KnownNamespaces, useValue: { names: async () => [] } },
      { provide: PodNodes, useValue: { nodeOf: () => undefined } },
      { provide: AgentRecords, useValue: new PostgresAgentRecords(database) },
      { provide: AgentTaskRecords, useValue: new PostgresAgentTaskRecords(database) },
      { provide: AgentWorkRecords, useValue: new PostgresAgentWorkRecords(database) },
      { provide: AgentFindingRecords, useValue: new PostgresAgentFindingRecords(database) },
      { provide: StaticPodRecords, useValue: new PostgresStaticPodRecords(database) },
    ];
    @Global()
    @Module({ providers, exports: providers })
    class PortsModule {}
    @Module({})
    class RootModule {}
    const config = readConfig(environment);
    const platform = PlatformModule.with(config, Log.silent());
    const imports = [platform, PortsModule, AuthModule, AgentsModule.for({ answers: true, works: false })];
    const app = await createApp({ module: RootModule, imports }, config, Log.silent());
    installAuth(app);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new AgentsApp(app);
  }

  /** Has it listen on this machine, on a free port unless one is given. @returns its address */
  async listen(port = 0): Promise<string> {
    await this.app.listen(port, '127.0.0.1');
    return `http://127.0.0.1:${(this.app.getHttpServer().address() as AddressInfo).port}`;
  }

  /** A token of the agent of a node. */
  agentToken(node: string): string {
    const token = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(node).toString('hex').padEnd(12, 'x')}.c2lnbmF0dXJl`;
    const extra = { 'authentication.kubernetes.io/node-name': [node] };
    this.authority.users.set(token, { username: AGENT, groups: [], extra });
    this.authority.audiences.set(token, ['quartermaster']);
    return token;
  }

  /** A token of ours. */
  async viewerToken(): Promise<string> {
    const { id, text, hash } = newToken();
    const common = { name: 'test', role: 'viewer', origin: 'api', createdBy: 'test', createdAtMs: Date.now() } as const;
    await this.app.get(TokenRecords).insert({ id, hash, ...common });
    return text;
  }

  /** A call of the agent of a node. */
  agent(node: string, method: 'GET' | 'POST', path: string, payload?: object): Promise<LightMyRequestResponse> {
    return this.app.inject({
      method,
      url: `/agent/v1/${path}`,
      headers: { authorization: `Bearer ${this.agentToken(node)}` },
      ...(payload ? { payload } : {}),
    });
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
