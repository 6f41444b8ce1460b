import { Controller, Get, Param, Query } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import { NodeListQuery, NodePath } from './cluster-filters.schema.js';
import { Cluster } from './cluster.schema.js';
import { ClusterService } from './cluster.service.js';
import { NodeDetails, NodeList } from './node.schema.js';

/** The cluster and its nodes. */
@Controller('api/v1')
export class ClusterController {
  constructor(private readonly cluster: ClusterService) {}

  @Get('cluster')
  @Operation({
    id: 'getCluster',
    summary: 'The cluster at a glance: version, counts, and how fresh the view of it is',
    area: 'cluster',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: Cluster,
  })
  getCluster(): Cluster {
    return this.cluster.getCluster();
  }

  @Get('nodes')
  @Operation({
    id: 'listNodes',
    summary: 'The nodes, by name',
    area: 'cluster',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: NodeList,
  })
  listNodes(@Query({ schema: NodeListQuery }) query: NodeListQuery): NodeList {
    return this.cluster.listNodes(query);
  }

  @Get('nodes/:node')
  @Operation({
    id: 'getNode',
    summary: 'One node',
    area: 'cluster',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: NodeDetails,
    errors: ['NOT_FOUND'],
  })
  getNode(@Param({ schema: NodePath }) { node }: NodePath): NodeDetails {
    return this.cluster.getNode(node);
  }
}
