import { Controller, Get, Param, Query } from '@nestjs/common';
import { NodePath } from '../../cluster/cluster-filters.schema.js';
import { Operation } from '../../platform/http/operation.js';
import { AskedBy, type Asked } from '../../auth/asked.js';
import { NodeContainers, NodeContainersQuery } from './node-containers.schema.js';
import { NodeContainersService } from './node-containers.service.js';

/** What runs on nodes. */
@Controller('api/v1/nodes/:node/containers')
export class NodeContainersController {
  constructor(private readonly containers: NodeContainersService) {}

  @Get()
  @Operation({
    id: 'getNodeContainers',
    summary: 'What runs on a node as a tree, each thing with its recent samples',
    description:
      'The node itself, what runs outside of pods, the pods and their containers. Values are those of the newest collection; `GET /api/v1/nodes/{node}/live` asks the kubelet itself.',
    area: 'cluster',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: NodeContainers,
    errors: ['NOT_FOUND', 'UNPROCESSABLE'],
  })
  get(
    @Param({ schema: NodePath }) { node }: NodePath,
    @Query({ schema: NodeContainersQuery }) query: NodeContainersQuery,
    @AskedBy('query') asked: Asked,
  ): Promise<NodeContainers> {
    return this.containers.tree(node, query, asked);
  }
}
