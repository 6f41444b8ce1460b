import { Body, Controller, Delete, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../../auth/caller.js';
import type { Run } from '../../../jobs/run-records.port.js';
import { runView, RunView } from '../../../jobs/run.schema.js';
import { Operation } from '../../../platform/http/operation.js';
import { haView } from './ha-view.js';
import { HaInstallBody, HaNodePath, HaRenderBody, HaRenderView, HaUninstallQuery } from './ha.schema.js';
import { PlanHa } from './plan-ha.service.js';
import { StartInstall } from './start-install.service.js';
import { StartUninstall } from './start-uninstall.service.js';

/** The stack `control-plane-ha`, whose objects are files on nodes. */
@Controller('api/v1/stacks/control-plane-ha')
export class HaController {
  constructor(
    private readonly planning: PlanHa,
    private readonly starting: StartInstall,
    private readonly removing: StartUninstall,
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
    return accepted(await this.starting.start(body, caller), reply);
  }

  @Delete('install/:node')
  @Operation({
    id: 'uninstallControlPlaneHa',
    summary: 'Take what was installed on a node away again',
    description:
      'Its agent puts back what was there before, or takes the manifest away where nothing was: one at a time, the leader last, each followed by a wait for its pod to be gone and for others to renew the Lease. Where they do not, the agent puts the manifest back. Refused when it could be the last one of the cluster.',
    area: 'control-plane',
    verb: 'delete',
    role: 'admin',
    scope: 'cluster',
    status: 202,
    answer: RunView,
    answerDescription: 'The run that takes it away; `Location` is its address.',
    errors: ['NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE'],
  })
  async uninstall(
    @Param({ schema: HaNodePath }) { node }: HaNodePath,
    @Query({ schema: HaUninstallQuery }) query: HaUninstallQuery,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunView> {
    return accepted(await this.removing.start(node, query, caller), reply);
  }
}

function accepted(run: Run, reply: FastifyReply): RunView {
  void reply.header('location', `/api/v1/runs/${run.id}`);
  return runView(run);
}
