import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { NodePath } from '../../cluster/cluster-filters.schema.js';
import { Operation } from '../../platform/http/operation.js';
import { AskedBy, type Asked } from '../../auth/asked.js';
import { CadvisorMachine } from './cadvisor-machine.schema.js';
import { CadvisorContainers, CadvisorPath, CadvisorRequest } from './cadvisor.schema.js';
import { CadvisorService } from './cadvisor.service.js';

const READ = { area: 'cluster', verb: 'get', role: 'viewer', scope: 'cluster' } as const;
const ABOUT =
  'For clients of cAdvisor. Stats are those of the collection cycles of the last ten minutes; what kubelets do not tell is left out.';
const ERRORS = ['NOT_FOUND', 'UNPROCESSABLE'] as const;
const POST_ERRORS = [...ERRORS, 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;
const NOTHING: CadvisorRequest = { start: undefined, end: undefined };

/** One node in the form of cAdvisor's API v1.3. */
@Controller('api/v1/nodes/:node/cadvisor/api/v1.3')
export class CadvisorController {
  constructor(private readonly cadvisor: CadvisorService) {}

  @Get('machine')
  @Operation({
    ...READ,
    id: 'getCadvisorMachine',
    summary: 'A node as a machine, in the form of cAdvisor',
    answer: CadvisorMachine,
    errors: ['NOT_FOUND'],
  })
  machine(@Param({ schema: NodePath }) { node }: NodePath): Promise<CadvisorMachine> {
    return this.cadvisor.machine(node);
  }

  @Get('subcontainers')
  @Operation({
    ...READ,
    id: 'getCadvisorContainers',
    summary: 'A node and all that runs on it, in the form of cAdvisor',
    description: ABOUT,
    answer: CadvisorContainers,
    errors: ERRORS,
  })
  all(@Param({ schema: NodePath }) { node }: NodePath, @AskedBy('query') asked: Asked): Promise<CadvisorContainers> {
    return this.cadvisor.subcontainers(node, '/', NOTHING, asked);
  }

  @Post('subcontainers')
  @Operation({
    ...READ,
    id: 'postCadvisorContainers',
    summary: 'A node and all that runs on it, in the form of cAdvisor, with stats as asked for',
    description: `Changes nothing. ${ABOUT}`,
    answer: CadvisorContainers,
    errors: POST_ERRORS,
  })
  postAll(
    @Param({ schema: NodePath }) { node }: NodePath,
    @Body({ schema: CadvisorRequest }) request: CadvisorRequest,
    @AskedBy('body') asked: Asked,
  ): Promise<CadvisorContainers> {
    return this.cadvisor.subcontainers(node, '/', request, asked);
  }

  @Get('subcontainers/*')
  @Operation({
    ...READ,
    id: 'getCadvisorSubcontainers',
    summary: 'A container and all below it, in the form of cAdvisor',
    description: ABOUT,
    answer: CadvisorContainers,
    errors: ERRORS,
  })
  one(
    @Param({ schema: CadvisorPath }) { node, path }: CadvisorPath,
    @AskedBy('query') asked: Asked,
  ): Promise<CadvisorContainers> {
    return this.cadvisor.subcontainers(node, path, NOTHING, asked);
  }

  @Post('subcontainers/*')
  @Operation({
    ...READ,
    id: 'postCadvisorSubcontainers',
    summary: 'A container and all below it, in the form of cAdvisor, with stats as asked for',
    description: `Changes nothing. ${ABOUT}`,
    answer: CadvisorContainers,
    errors: POST_ERRORS,
  })
  postOne(
    @Param({ schema: CadvisorPath }) { node, path }: CadvisorPath,
    @Body({ schema: CadvisorRequest }) request: CadvisorRequest,
    @AskedBy('body') asked: Asked,
  ): Promise<CadvisorContainers> {
    return this.cadvisor.subcontainers(node, path, request, asked);
  }
}
