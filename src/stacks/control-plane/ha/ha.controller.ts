import { Body, Controller, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../../auth/caller.js';
import { runView, RunView } from '../../../jobs/run.schema.js';
import { Operation } from '../../../platform/http/operation.js';
import { haView } from './ha-view.js';
import { HaInstallBody, HaRenderBody, HaRenderView } from './ha.schema.js';
import { PlanHa } from './plan-ha.service.js';
import { StartInstall } from './start-install.service.js';

/** The stack `control-plane-ha`, whose objects are files on nodes. */
@Controller('api/v1/stacks/control-plane-ha')
export class HaController {
  constructor(
    private readonly planning: PlanHa,
    private readonly starting: StartInstall,
  ) {}

  @Post('render')
  @Operation({
    id: 'renderControlPlaneHa',
    summary: 'Files and commands that give the control plane more nodes',
    description:
      "Made from the images and arguments of the pods that run today. Nothing is changed. What the pods do not show must be given; the answer 422 names each by its pointer, with the reason. The API server's and etcd's keys go from node to node by kubeadm, so that for these there are commands, and the manifests that kubeadm is going to write.",
    area: 'stacks',
    verb: 'create',
    role: 'admin',
    scope: 'cluster',
    alsoNeeds: { group: '', resource: 'pods', verb: 'list' },
    answer: HaRenderView,
    errors: ['UNPROCESSABLE'],
  })
  async render(@Body({ schema: HaRenderBody }) { parameters }: HaRenderBody): Promise<HaRenderView> {
    return haView((await this.planning.plan(parameters)).plan);
  }

  @Post('install')
  @Operation({
    id: 'installControlPlaneHa',
    summary: 'Install schedulers, controller managers and kube-vip through agents',
    description:
      "Writes what rendering shows as `writtenBy` agents: one manifest at a time, never first on the node of a component's leader, each followed by a wait for its mirror pod and the Lease. One that does not come up is not confirmed, and its agent puts back by its own timer what was there before.",
    area: 'control-plane',
    verb: 'update',
    role: 'admin',
    scope: 'cluster',
    status: 202,
    answer: RunView,
    answerDescription: 'The run that installs; `Location` is its address.',
    errors: ['CONFLICT', 'UNPROCESSABLE'],
  })
  async install(
    @Body({ schema: HaInstallBody }) body: HaInstallBody,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunView> {
    const run = await this.starting.start(body, caller);
    void reply.header('location', `/api/v1/runs/${run.id}`);
    return runView(run);
  }
}
