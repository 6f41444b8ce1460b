import { Body, Controller, Get, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { runView, RunView } from '../../jobs/run.schema.js';
import { Operation } from '../../platform/http/operation.js';
import { ControlPlaneView, LeaseWatch } from './control-plane.schema.js';
import { ControlPlane } from './control-plane.service.js';

const AREA = { area: 'control-plane', scope: 'cluster' } as const;

/** The control plane: what it is, and how long it goes without a leader. */
@Controller('api/v1/control-plane')
export class ControlPlaneController {
  constructor(private readonly controlPlane: ControlPlane) {}

  @Get()
  @Operation({
    id: 'getControlPlane',
    summary: 'The control plane: its parts by node, leaders, addresses, certificates, findings and one verdict',
    description:
      'Read from the cluster now; each API server is asked by its own address, without a token. What Quartermaster may not see is `unknown`, with the reason.',
    ...AREA,
    verb: 'get',
    role: 'viewer',
    answer: ControlPlaneView,
  })
  async get(): Promise<ControlPlaneView> {
    return this.controlPlane.look();
  }

  @Post('watch')
  @Operation({
    id: 'watchControlPlane',
    summary: 'Watch the Leases of scheduler and controller manager and measure a failover',
    description:
      'It breaks nothing: stop a leader yourself meanwhile. The run ends with the first failover, and its result tells who led before and after and for how long nobody did.',
    ...AREA,
    verb: 'create',
    role: 'operator',
    status: 202,
    answer: RunView,
    answerDescription: 'The run that watches; `Location` is its address.',
  })
  async watch(
    @Body({ schema: LeaseWatch }) body: LeaseWatch,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunView> {
    const run = await this.controlPlane.watch(body, caller);
    void reply.header('location', `/api/v1/runs/${run.id}`);
    return runView(run);
  }
}
