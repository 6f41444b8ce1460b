import { Body, Controller, Delete, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import type { Run } from '../../jobs/run-records.port.js';
import { runView, RunView } from '../../jobs/run.schema.js';
import type { ProblemCode } from '../../platform/errors.js';
import { Operation } from '../../platform/http/operation.js';
import { ReleaseChanges } from './release-changes.service.js';
import {
  NewRelease,
  ReleaseCorrection,
  ReleasePath,
  ReleaseRemoval,
  ReleaseRollback,
  ReleaseUpdate,
} from './release.schema.js';

const ERRORS: readonly ProblemCode[] = ['NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE'];
const CHANGES = {
  area: 'releases',
  role: 'operator',
  scope: 'namespaced',
  status: 202,
  answer: RunView,
  answerDescription: 'The run that does it; `Location` is its address.',
  errors: ERRORS,
} as const;
const RIGHTS =
  "Objects of the whole cluster, RBAC, and pods with power over their node take an admin; a Kubernetes user's rights are asked for object by object. What Quartermaster itself may not do is refused with 422 and the rules of RBAC to add, before anything is changed.";

/** Changes of releases: each is a run, and a release has one run at a time. */
@Controller('api/v1/releases')
export class ReleaseChangesController {
  constructor(private readonly changes: ReleaseChanges) {}

  @Post()
  @Operation({
    id: 'createRelease',
    summary: 'Deploy a stack',
    description: `Values of secret parameters are written at once into a Secret of the namespace and nowhere else. A namespace that is not there is made. ${RIGHTS}`,
    ...CHANGES,
    verb: 'create',
  })
  async create(
    @Body({ schema: NewRelease }) body: NewRelease,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunView> {
    return accepted(await this.changes.create(body, caller), reply);
  }

  @Put(':release')
  @Operation({
    id: 'updateRelease',
    summary: "Deploy a release anew, with other parameters and its stack's present version",
    description: `Parameters that are left out have their defaults; secret ones keep their values. With the \`digest\` of a diff only what it showed is done. ${RIGHTS}`,
    ...CHANGES,
    verb: 'update',
  })
  async update(
    @Param({ schema: ReleasePath }) { release }: ReleasePath,
    @Body({ schema: ReleaseUpdate }) body: ReleaseUpdate,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunView> {
    return accepted(await this.changes.update(release, body, caller), reply);
  }

  @Delete(':release')
  @Operation({
    id: 'deleteRelease',
    summary: 'Remove a release from the cluster',
    description:
      "What carries the label of the release's ApplySet goes, and nothing else. Namespaces, CRDs and volumes stay unless `data=delete`.",
    ...CHANGES,
    verb: 'delete',
  })
  async remove(
    @Param({ schema: ReleasePath }) { release }: ReleasePath,
    @Query({ schema: ReleaseRemoval }) query: ReleaseRemoval,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunView> {
    return accepted(await this.changes.remove(release, query, caller), reply);
  }

  @Post(':release/rollback')
  @Operation({
    id: 'rollBackRelease',
    summary: 'Deploy the objects of a former revision again',
    description: `It becomes a new revision. Values of secrets stay those of now. ${RIGHTS}`,
    ...CHANGES,
    verb: 'update',
  })
  async rollBack(
    @Param({ schema: ReleasePath }) { release }: ReleasePath,
    @Body({ schema: ReleaseRollback }) body: ReleaseRollback,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunView> {
    return accepted(await this.changes.rollBack(release, body, caller), reply);
  }

  @Post(':release/correct')
  @Operation({
    id: 'correctRelease',
    summary: 'Put back what has drifted from the deployed revision',
    description: `Fields that others have taken are taken back. ${RIGHTS}`,
    ...CHANGES,
    verb: 'update',
  })
  async correct(
    @Param({ schema: ReleasePath }) { release }: ReleasePath,
    @Body({ schema: ReleaseCorrection }) body: ReleaseCorrection,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunView> {
    return accepted(await this.changes.correct(release, body, caller), reply);
  }
}

/** Tells where the run of accepted work is. */
function accepted(run: Run, reply: FastifyReply): RunView {
  void reply.header('location', `/api/v1/runs/${run.id}`);
  return runView(run);
}
