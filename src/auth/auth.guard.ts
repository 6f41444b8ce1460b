import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../platform/errors.js';
import { operationOf } from '../platform/http/operation.js';
import { Log } from '../platform/log.js';
import { AuditTrail } from './audit-trail.js';
import { Authorizer } from './authorizer.js';

/**
 * Stands before every route (as `APP_GUARD`): refuses those that declare no operation, decides whether the caller may, and has a call that
 * changes something recorded before it is carried out. Who calls was found out by `installAuth` before the body was read.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly authorizer: Authorizer,
    private readonly trail: AuditTrail,
    private readonly log: Log,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const operation = operationOf(context.getHandler());
    if (!operation) {
      this.log.error('A route declares no operation, so nobody may call it', { route: request.routeOptions.url });
      throw new ProblemError('FORBIDDEN', 'This caller may not do that.');
    }
    if (operation.role === 'anyone') return true;
    request.caller = await this.authorizer.authorize(request, operation);
    await this.trail.begin(request, operation);
    return true;
  }
}
