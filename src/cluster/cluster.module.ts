import { Module } from '@nestjs/common';
import { ClusterController } from './cluster.controller.js';
import { ClusterService } from './cluster.service.js';
import { ClusterVersion } from './cluster-version.js';
import { WorkloadsController } from './workloads.controller.js';

/** What the cluster is, over HTTP. It wants `ClusterView` and `ClusterWatch` from a global module. */
@Module({
  controllers: [ClusterController, WorkloadsController],
  providers: [ClusterService, ClusterVersion],
})
export class ClusterModule {}
