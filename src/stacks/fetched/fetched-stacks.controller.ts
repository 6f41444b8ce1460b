import { Body, Controller, Delete, HttpStatus, Param, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { stackView } from '../catalogue/stack-view.js';
import { StackPath, StackView } from '../catalogue/stack.schema.js';
import { StackSourceBody } from './fetched-stack.schema.js';
import { FetchedStacks } from './fetched-stacks.service.js';
import { StackCatalogues } from './stack-catalogues.service.js';

const CHANGES = { area: 'stacks', role: 'admin', scope: 'cluster' } as const;

/** Stacks from elsewhere, for those who add them. */
@Controller('api/v1/stacks')
export class FetchedStacksController {
  constructor(
    private readonly stacks: FetchedStacks,
    private readonly catalogues: StackCatalogues,
  ) {}

  @Put(':stack')
  @Operation({
    id: 'putStack',
    summary: 'Fetch a stack from a registry or by URL, and add it to the catalogue or replace the one fetched before',
    description:
      'It is fetched now, must have the digest, and is checked as a whole before anything changes. Stacks that come with Quartermaster or lie in `STACKS_DIR` cannot be replaced. Releases keep what they were rendered to.',
    ...CHANGES,
    verb: 'update',
    answer: StackView,
    alsoWith: [{ status: HttpStatus.CREATED, description: 'There was none of this name.' }],
    errors: ['CONFLICT', 'UNPROCESSABLE'],
  })
  async put(
    @Param({ schema: StackPath }) { stack }: StackPath,
    @Body({ schema: StackSourceBody }) body: StackSourceBody,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StackView> {
    if ((await this.stacks.put(caller, stack, body)) === 'added') void reply.status(HttpStatus.CREATED);
    return stackView(await this.catalogues.now(), stack);
  }

  @Delete(':stack')
  @Operation({
    id: 'deleteStack',
    summary: 'Remove a stack that was fetched from the catalogue',
    description:
      'Releases of it stay as they are and can be rolled back and removed; to change one, add the stack again.',
    ...CHANGES,
    verb: 'delete',
    status: 204,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async remove(@Param({ schema: StackPath }) { stack }: StackPath, @CurrentCaller() caller: Caller): Promise<void> {
    await this.stacks.remove(caller, stack);
  }
}
