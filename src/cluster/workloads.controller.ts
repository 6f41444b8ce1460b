import { Controller, Get, Param, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../auth/caller.js';
import { Operation } from '../platform/http/operation.js';
import { NamespaceListQuery, PodListQuery, PodPath, WorkloadListQuery } from './cluster-filters.schema.js';
import { ClusterService } from './cluster.service.js';
import { PodDetails, PodList } from './pod.schema.js';
import { NamespaceList, WorkloadList } from './workload.schema.js';

/** What runs in the cluster: namespaces, workloads and pods. */
@Controller('api/v1')
export class WorkloadsController {
  constructor(private readonly cluster: ClusterService) {}

  @Get('namespaces')
  @Operation({
    id: 'listNamespaces',
    summary: 'The namespaces, by name',
    area: 'cluster',
    verb: 'list',
    role: 'viewer',
    scope: 'namespaced',
    answer: NamespaceList,
  })
  listNamespaces(
    @Query({ schema: NamespaceListQuery }) query: NamespaceListQuery,
    @CurrentCaller() caller: Caller,
  ): NamespaceList {
    return this.cluster.listNamespaces(query, caller);
  }

  @Get('workloads')
  @Operation({
    id: 'listWorkloads',
    summary: 'The workloads with their pods counted, by namespace, kind and name',
    description:
      'A workload is the outermost owner of pods: a Deployment, not its ReplicaSets; a CronJob, not its Jobs.',
    area: 'cluster',
    verb: 'list',
    role: 'viewer',
    scope: 'namespaced',
    answer: WorkloadList,
  })
  listWorkloads(
    @Query({ schema: WorkloadListQuery }) query: WorkloadListQuery,
    @CurrentCaller() caller: Caller,
  ): WorkloadList {
    return this.cluster.listWorkloads(query, caller);
  }

  @Get('pods')
  @Operation({
    id: 'listPods',
    summary: 'The pods, by namespace and name',
    area: 'cluster',
    verb: 'list',
    role: 'viewer',
    scope: 'namespaced',
    answer: PodList,
  })
  listPods(@Query({ schema: PodListQuery }) query: PodListQuery, @CurrentCaller() caller: Caller): PodList {
    return this.cluster.listPods(query, caller);
  }

  @Get('pods/:namespace/:pod')
  @Operation({
    id: 'getPod',
    summary: 'One pod',
    area: 'cluster',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    answer: PodDetails,
    errors: ['NOT_FOUND'],
  })
  getPod(@Param({ schema: PodPath }) { namespace, pod }: PodPath, @CurrentCaller() caller: Caller): PodDetails {
    return this.cluster.getPod(namespace, pod, caller);
  }
}
