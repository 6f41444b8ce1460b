import { Controller, Get, Param } from '@nestjs/common';
import { NodePath } from '../../cluster/cluster-filters.schema.js';
import { Operation } from '../../platform/http/operation.js';
import { NodeMachine } from './node-machine.schema.js';
import { NodeMachineService } from './node-machine.service.js';

/** Nodes as machines. */
@Controller('api/v1/nodes/:node/machine')
export class NodeMachineController {
  constructor(private readonly machines: NodeMachineService) {}

  @Get()
  @Operation({
    id: 'getNodeMachine',
    summary: 'A node as a machine: cores, memory, disks, network devices, versions and ids',
    description:
      'From the Node object, joined with what its kubelet says at this moment and what its agent read last (`agentReadAt`). `absent` names what none of them tells; a kubelet that does not answer costs its part alone.',
    area: 'cluster',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: NodeMachine,
    errors: ['NOT_FOUND'],
  })
  get(@Param({ schema: NodePath }) { node }: NodePath): Promise<NodeMachine> {
    return this.machines.get(node);
  }
}
