import { openCriRuntime } from '../../src/adapters/containerd/open-cri-runtime.js';
import { SystemClock } from '../../src/platform/clock.js';
import { CriNode } from '../support/cri-node.js';
import { describeContainerRuntime } from './container-runtime.contract.js';

const LONG = 'trap exit TERM; sleep 3600 & wait'; // pid 1 of its pod ends by no signal that it does not take

describeContainerRuntime(`the runtime at ${process.env['TEST_CRI_SOCKET']}`, async () => {
  const node = new CriNode();
  const { runtime, remover, close } = openCriRuntime(node.socket, new SystemClock());
  const { name } = await runtime.describe();
  return {
    runtime,
    remover,
    hasSandboxes: true,
    hasEvents: process.env['TEST_CRI_EVENTS'] !== 'none',
    addImage: async (...tags) => node.addImage(tags),
    run: async (tag) => node.run(tag, LONG),
    runToItsEnd: (tag) => node.runToItsEnd(tag, 'exit 3'),
    // cri-dockerd mounts no images
    ...(name === 'docker' ? {} : { runMounting: async (tag, mounted) => node.run(tag, LONG, mounted) }),
    atNothing: () => openCriRuntime('/nonexistent/runtime.sock', new SystemClock()).runtime,
    stop: async () => {
      node.close();
      close();
    },
  };
});
