import { openCriRuntime } from '../../src/adapters/containerd/open-cri-runtime.js';
import { SystemClock } from '../../src/platform/clock.js';
import { ClusterNode } from '../support/cluster-node.js';
import { describeContainerRuntime } from './container-runtime.contract.js';

describeContainerRuntime('containerd, by CRI', async () => {
  const node = await ClusterNode.open('node-1');
  const { runtime, remover, close } = openCriRuntime(node.socket, new SystemClock());
  return {
    runtime,
    remover,
    hasSandboxes: true,
    hasEvents: false, // since containerd 1.7; Debian 12 has 1.6
    addImage: async (...tags) => node.addImage(tags),
    run: (tag) => node.run(tag, 'exec sleep 3600', 'running'),
    runToItsEnd: (tag) => node.run(tag, 'exit 3', 'terminated'),
    atNothing: () => openCriRuntime('/nonexistent/containerd.sock', new SystemClock()).runtime,
    stop: async () => {
      await node.close();
      close();
    },
  };
});
