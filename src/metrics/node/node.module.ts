import { Module } from '@nestjs/common';
import { QueryModule } from '../query/query.module.js';
import { AskedNode } from './asked-node.service.js';
import { CadvisorController } from './cadvisor.controller.js';
import { CadvisorService } from './cadvisor.service.js';
import { NodeContainersController } from './node-containers.controller.js';
import { NodeContainersService } from './node-containers.service.js';
import { NodeImagesController } from './node-images.controller.js';
import { NodeImages } from './node-images.service.js';
import { NodeKubelet } from './node-kubelet.service.js';
import { NodeLiveController } from './node-live.controller.js';
import { NodeLiveService } from './node-live.service.js';
import { NodeMachineController } from './node-machine.controller.js';
import { NodeMachineService } from './node-machine.service.js';
import { NodeSamples } from './node-samples.service.js';

/**
 * Single nodes over HTTP: as machines, with what runs on them, at this moment, and in cAdvisor's form. It wants `ClusterView`, `AgentFindings`, `CallerStreams` and the ports `KubeletSource`, `ClusterFacts`,
 * `MetricReader` and `CycleRecords` from global modules.
 */
@Module({
  imports: [QueryModule],
  controllers: [
    NodeMachineController,
    NodeImagesController,
    NodeContainersController,
    NodeLiveController,
    CadvisorController,
  ],
  providers: [
    AskedNode,
    NodeKubelet,
    NodeMachineService,
    NodeImages,
    NodeSamples,
    NodeContainersService,
    NodeLiveService,
    CadvisorService,
  ],
})
export class NodeModule {}
