import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, ProblemError } from '../platform/errors.js';
import { Operation } from '../platform/http/operation.js';
import { LOGIN_CONTENT_POLICY, loggedOutPage, loginPage, nextPage } from './login-page.js';
import { LoginInput, LoginQuery, Session } from './login.schema.js';
import { LoginService } from './login.service.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';

/** Browsers' log-in and log-out: a page with a form, and the same as JSON. */
@Controller()
export class LoginController {
  constructor(private readonly login: LoginService) {}

  @Get('login')
  @Operation({
    id: 'getLoginPage',
    summary: 'The log-in page for browsers',
    area: 'service',
    verb: 'get',
    role: 'anyone',
    scope: 'namespaced',
    produces: { 'text/html': loginPage(nextPage(undefined)) },
    errors: ['INVALID_INPUT'],
  })
  page(@Query({ schema: LoginQuery }) { next }: LoginQuery, @Res({ passthrough: true }) reply: FastifyReply): string {
    return html(reply, loginPage(nextPage(next)));
  }

  @Post('login')
  @Operation({
    id: 'logIn',
    summary: 'Log a browser in with a token',
    description:
      'Sets a session cookie that lasts 12 hours at most and ends with its token. A form is answered with a redirect (303) to `next`.',
    area: 'service',
    verb: 'create',
    role: 'anyone',
    scope: 'namespaced',
    answer: Session,
    errors: ['INVALID_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'UNAVAILABLE'],
  })
  async logIn(
    @Body({ schema: LoginInput }) { token, next }: LoginInput,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session | string> {
    try {
      const { name, value, expiresAtMs } = await this.login.logIn(request, token);
      void reply.header('set-cookie', setSessionCookie(value, expiresAtMs));
      if (isForm(request)) void reply.status(303).header('location', nextPage(next));
      return isForm(request) ? '' : { name, expiresAt: new Date(expiresAtMs).toISOString() };
    } catch (error) {
      if (!isForm(request) || !(error instanceof ProblemError)) throw error;
      void reply.status(PROBLEMS[error.code].status);
      return html(reply, loginPage(nextPage(next), error.detail));
    }
  }

  @Post('logout')
  @Operation({
    id: 'logOut',
    summary: 'Log a browser out',
    description: 'Ends the session of the cookie and removes the cookie; without a session it does nothing.',
    area: 'service',
    verb: 'delete',
    role: 'anyone',
    scope: 'namespaced',
    produces: { 'text/html': loggedOutPage() },
    errors: ['FORBIDDEN', 'UNAVAILABLE'],
  })
  async logOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.login.logOut(request);
    void reply.header('set-cookie', clearSessionCookie());
    return html(reply, loggedOutPage());
  }
}

function isForm(request: FastifyRequest): boolean {
  return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

/** Marks the answer as a page of ours. `same-origin`: without a referrer policy of this kind browsers would send forms with `Origin: null`. */
function html(reply: FastifyReply, page: string): string {
  void reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', LOGIN_CONTENT_POLICY)
    .header('referrer-policy', 'same-origin');
  return page;
}
