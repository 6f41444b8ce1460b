import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { EventStreams } from '../platform/http/event-stream.js';
import { AgentAccess } from './agent-access.js';
import { AuditTrail } from './audit-trail.js';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { AuthGuard } from './auth.guard.js';
import { Authenticator } from './authenticator.js';
import { Authorizer } from './authorizer.js';
import { CallerStreams } from './caller-streams.js';
import { CallerWatch } from './caller-watch.js';
import { FailureLimiter } from './failure-limiter.js';
import { KubernetesAccess } from './kubernetes-access.js';
import { LoginController } from './login.controller.js';
import { LoginService } from './login.service.js';
import { MeController } from './me.controller.js';
import { OwnTokens } from './own-tokens.js';
import { SessionsService } from './sessions.service.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';

/**
 * Who calls and what they may do: the guard before every route, tokens, log-in, audit trail, and streams that end with their caller's rights. It wants the ports `TokenRecords`,
 * `SessionRecords`, `AuditRecords`, `KubernetesAuthority`, `KnownNamespaces` and `PodNodes` from a global module, and `installAuth(app)` before `app.init()`.
 */
@Global()
@Module({
  controllers: [TokensController, MeController, AuditController, LoginController],
  providers: [
    AgentAccess,
    AuditService,
    AuditTrail,
    Authenticator,
    Authorizer,
    CallerStreams,
    CallerWatch,
    EventStreams,
    FailureLimiter,
    KubernetesAccess,
    LoginService,
    OwnTokens,
    SessionsService,
    TokensService,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [AuditTrail, Authorizer, CallerStreams, KubernetesAccess],
})
export class AuthModule {}
