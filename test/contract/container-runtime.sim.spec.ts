import { planNode } from '../../sim/plan-nodes.js';
import { SimNodeRuntime } from '../../sim/runtime/sim-node-runtime.js';
import { describeContainerRuntime } from './container-runtime.contract.js';

describeContainerRuntime('a simulated node', async () => {
  const node = () => new SimNodeRuntime(planNode(1, 0, 1), 1);
  const { runtime, remover, state } = node();
  const start = async (tag: string) => state.start((await runtime.findImage(tag))?.id ?? tag, 'main');
  return {
    runtime,
    remover,
    hasSandboxes: true,
    hasEvents: true,
    addImage: async (...tags) => state.pull(tags),
    run: start,
    runToItsEnd: async (tag) => {
      const id = await start(tag);
      state.end(id, 3);
      return id;
    },
    atNothing: () => {
      const away = node();
      away.faults.add('runtime-away');
      return away.runtime;
    },
    stop: async () => undefined,
  };
});
