import { Body, Controller, Param, Post } from '@nestjs/common';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { StackPath, StackRenderBody } from '../catalogue/stack.schema.js';
import { stackDiffView } from './release-view.js';
import { StackDiff } from './release-view.schema.js';
import { StackDiffs } from './stack-diffs.service.js';

/** What deploying a stack would do. */
@Controller('api/v1/stacks')
export class StackDiffsController {
  constructor(private readonly diffs: StackDiffs) {}

  @Post(':stack/diff')
  @Operation({
    id: 'diffStack',
    summary: 'What deploying a stack would do to each object and field',
    description:
      "By the API server's dry run against what is live; nothing is changed. Objects of namespaces and kinds that do not exist yet are shown as created without asking. It takes the rights of the deployment itself.",
    area: 'stacks',
    verb: 'get',
    role: 'operator',
    scope: 'namespaced',
    answer: StackDiff,
    errors: ['NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE'],
  })
  async diff(
    @Param({ schema: StackPath }) { stack }: StackPath,
    @Body({ schema: StackRenderBody }) body: StackRenderBody,
    @CurrentCaller() caller: Caller,
  ): Promise<StackDiff> {
    return stackDiffView(await this.diffs.diff(stack, body, caller));
  }
}
