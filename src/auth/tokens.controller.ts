import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import type { Page } from '../platform/http/paging.js';
import { CurrentCaller, type Caller } from './caller.js';
import { CreatedToken, Token, TokenInput, TokenList, TokenParams, TokenQuery } from './tokens.schema.js';
import { TokensService } from './tokens.service.js';

/** Quartermaster's own tokens. */
@Controller('api/v1/tokens')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Get()
  @Operation({
    id: 'listTokens',
    summary: 'The tokens that are not revoked, by creation',
    area: 'tokens',
    verb: 'list',
    role: 'admin',
    scope: 'cluster',
    answer: TokenList,
  })
  list(@Query({ schema: TokenQuery }) query: TokenQuery): Promise<Page<Token>> {
    return this.tokens.list(query);
  }

  @Post()
  @Operation({
    id: 'createToken',
    summary: 'Make a token',
    description: 'The answer is the only one that ever shows the token itself.',
    area: 'tokens',
    verb: 'create',
    role: 'admin',
    scope: 'cluster',
    status: 201,
    answer: CreatedToken,
  })
  create(@Body({ schema: TokenInput }) input: TokenInput, @CurrentCaller() caller: Caller): Promise<CreatedToken> {
    return this.tokens.create(input, caller);
  }

  @Delete(':token')
  @Operation({
    id: 'deleteToken',
    summary: 'Revoke a token',
    description:
      'It is refused from now on, and the browser sessions that were begun with it end; other processes follow within five seconds. The last admin token without limits stays.',
    area: 'tokens',
    verb: 'delete',
    role: 'admin',
    scope: 'cluster',
    status: 204,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async revoke(@Param({ schema: TokenParams }) { token }: TokenParams): Promise<void> {
    await this.tokens.revoke(token);
  }
}
