import {
  Body,
  Controller,
  Get,
  Global,
  Module,
  Param,
  Post,
  Query,
  type DynamicModule,
  type Provider,
  type Type,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LightMyRequestResponse } from 'fastify';
import { AuditRecords } from '../../src/auth/audit-records.port.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { CurrentCaller, type Caller, type KubernetesUser } from '../../src/auth/caller.js';
import type { BoundPod } from '../../src/auth/core/identify-agent.js';
import { visibleNamespaces } from '../../src/auth/core/visible-namespaces.js';
import { installAuth } from '../../src/auth/install-auth.js';
import { KnownNamespaces } from '../../src/auth/known-namespaces.port.js';
import {
  KubernetesAuthority,
  type AccessAttributes,
  type AccessReviewed,
  type TokenReviewed,
} from '../../src/auth/kubernetes-authority.port.js';
import { PodNodes } from '../../src/auth/pod-nodes.port.js';
import { SessionRecords } from '../../src/auth/session-records.port.js';
import { newToken } from '../../src/auth/token-format.js';
import { TokenRecords, type TokenRecord } from '../../src/auth/token-records.port.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Operation, type OperationSpec } from '../../src/platform/http/operation.js';
import { Log } from '../../src/platform/log.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { openPgliteRecords } from './records.js';
import { tokenEngineOn } from './token-engine.js';

/** An API server that knows some tokens, and allows what a test says. */
export class FakeAuthority extends KubernetesAuthority {
  readonly users = new Map<string, KubernetesUser>();
  /** Of tokens for others than the API server. */
  readonly audiences = new Map<string, readonly string[]>();
  /** `username verb resource@namespace`, `''` for everywhere; of other groups than ours `group/resource/subresource`. */
  readonly allowed = new Set<string>();
  isAway = false;
  tokenReviews = 0;
  accessReviews = 0;

  override async reviewToken(token: string, audiences: readonly string[] = ['kubernetes']): Promise<TokenReviewed> {
    this.tokenReviews++;
    if (this.isAway) throw new Error('connect ECONNREFUSED');
    const user = this.users.get(token);
    const meant = (this.audiences.get(token) ?? ['kubernetes']).filter((audience) => audiences.includes(audience));
    return user && meant.length > 0
      ? { authenticated: true, user, audiences: meant }
      : { authenticated: false, error: 'invalid bearer token' };
  }

  override async reviewAccess(user: KubernetesUser, attributes: AccessAttributes): Promise<AccessReviewed> {
    this.accessReviews++;
    if (this.isAway) throw new Error('connect ECONNREFUSED');
    const { group, verb, resource, subresource, namespace = '' } = attributes;
    const what = group === 'quartermaster.io' ? resource : [group, resource, subresource].join('/');
    return { allowed: this.allowed.has(`${user.username} ${verb} ${what}@${namespace}`) };
  }
}

const declared = (
  spec: Pick<OperationSpec, 'id' | 'verb' | 'role' | 'scope' | 'status' | 'alsoNeeds'>,
): MethodDecorator => Operation({ summary: spec.id, area: 'cluster', ...spec });

/** Counts what was really carried out. */
export const carriedOut = { runs: 0, sneaky: 0 };

@Controller('api/v1')
class FarmController {
  @Get('pods')
  @declared({ id: 'listPods', verb: 'list', role: 'viewer', scope: 'namespaced' })
  pods(@CurrentCaller() caller: Caller, @Query() { namespace }: { namespace?: string }): object {
    return visibleNamespaces(caller, namespace);
  }

  @Get('pods/:namespace/:pod')
  @declared({ id: 'getPod', verb: 'get', role: 'viewer', scope: 'namespaced' })
  pod(@Param() { pod }: { pod: string }): object {
    return { pod };
  }

  @Get('logs')
  @declared({
    id: 'searchLogs',
    verb: 'list',
    role: 'viewer',
    scope: 'namespaced',
    alsoNeeds: { group: '', resource: 'pods', subresource: 'log', verb: 'get' },
  })
  logs(@CurrentCaller() caller: Caller, @Query() { namespace }: { namespace?: string }): object {
    return visibleNamespaces(caller, namespace);
  }

  @Get('nodes')
  @declared({ id: 'listNodes', verb: 'list', role: 'viewer', scope: 'cluster' })
  nodes(): object {
    return { items: [] };
  }

  @Post('runs')
  @declared({ id: 'createRun', verb: 'create', role: 'operator', scope: 'namespaced', status: 201 })
  run(@Body() body: { fail?: boolean }): object {
    carriedOut.runs++;
    if (body.fail) throw new Error('it broke');
    return { id: 'r1' };
  }

  @Post('query')
  @declared({ id: 'postQuery', verb: 'list', role: 'viewer', scope: 'namespaced' })
  query(): object {
    return { series: [] };
  }

  @Post('told')
  @declared({ id: 'tellTask', verb: 'update', role: 'agent', scope: 'cluster' })
  told(@CurrentCaller() { kind, name, node }: Caller): object {
    return { kind, name, node };
  }

  @Post('undeclared')
  undeclared(): object {
    carriedOut.sneaky++;
    return {};
  }
}

/** A request of a test. */
export interface Call {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly payload?: object | string | Buffer;
  readonly remoteAddress?: string;
}

export type Answer = LightMyRequestResponse;

/** The auth feature around a small controller, on embedded records, with a fake API server. */
export interface AuthApp {
  readonly app: NestFastifyApplication;
  readonly authority: FakeAuthority;
  readonly tokens: TokenRecords;
  readonly audit: AuditRecords;
  /** Makes a token straight in the records; returns its text. */
  token(fields: Partial<TokenRecord>): Promise<string>;
  /** Each call has an address of its own unless it names one, so that no test uses up another's allowance. */
  readonly call: (call: Call) => Promise<Answer>;
  /** While set, the audit trail takes nothing. */
  breakAudit(broken: boolean): void;
  close(): Promise<void>;
}

/** What a test adds to the application. */
export interface Additions {
  readonly imports?: readonly (Type | DynamicModule)[];
  /** Given to every module. */
  readonly providers?: readonly Provider[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Boots it. Namespaces of the cluster: `shop`, `data`, `kube-system`. */
export async function bootAuthApp(additions: Additions = {}): Promise<AuthApp> {
  const engine = await tokenEngineOn(openPgliteRecords());
  const authority = new FakeAuthority();
  let isBroken = false;
  const audit = new Proxy(engine.audit, {
    get: (target, key) =>
      isBroken && (key === 'insert' || key === 'end')
        ? () => Promise.reject(new Error('disk full'))
        : (Reflect.get(target, key) as unknown),
  });
  const providers: Provider[] = [
    ...(additions.providers ?? []),
    { provide: TokenRecords, useValue: engine.tokens },
    { provide: SessionRecords, useValue: engine.sessions },
    { provide: AuditRecords, useValue: audit },
    { provide: KubernetesAuthority, useValue: authority },
    {
      provide: PodNodes,
      useValue: { nodeOf: ({ name, uid }: BoundPod) => (uid === 'uid-1' ? `node-of-${name}` : undefined) },
    },
    { provide: KnownNamespaces, useValue: { names: async () => ['shop', 'data', 'kube-system'] } },
  ];
  @Global()
  @Module({ providers, exports: providers })
  class PortsModule {}
  @Module({})
  class RootModule {}

  const config = readConfig({ ...additions.environment });
  const imports = [PlatformModule.with(config, Log.silent()), PortsModule, AuthModule, ...(additions.imports ?? [])];
  const app = await createApp({ module: RootModule, imports, controllers: [FarmController] }, config, Log.silent());
  installAuth(app);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/queues', async () => 'board');
  fastify.put('/queues/api/:queue', async () => ({ paused: true }));
  fastify.post('/sneaky', async () => ({ sneaky: ++carriedOut.sneaky }));
  await app.init();
  await fastify.ready();
  return {
    app,
    authority,
    tokens: engine.tokens,
    audit: engine.audit,
    token: async (fields) => {
      const { id, text, hash } = newToken();
      const common = {
        name: 'test',
        role: 'viewer',
        origin: 'api',
        createdBy: 'test',
        createdAtMs: Date.now(),
      } as const;
      await engine.tokens.insert({ id, hash, ...common, ...fields });
      return text;
    },
    call: caller(app),
    breakAudit: (broken) => {
      isBroken = broken;
    },
    close: async () => {
      await app.close();
      await engine.close();
    },
  };
}

function caller(app: NestFastifyApplication): AuthApp['call'] {
  let calls = 0;
  return ({ method = 'GET', url, token, headers = {}, payload, remoteAddress }) => {
    calls++;
    return app.inject({
      method,
      url,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      remoteAddress: remoteAddress ?? `10.1.${calls >> 8}.${calls & 255}`,
      ...(payload === undefined ? {} : { payload }),
    });
  };
}
