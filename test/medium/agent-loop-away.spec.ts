import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WrongNodeError } from '../../src/agent/agent-loop.js';
import { RuntimeAwayError } from '../../src/agent/runtime-errors.js';
import { AgentFindings } from '../../src/agents/agent-findings.service.js';
import { AgentList } from '../../src/agents/agent-list.service.js';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import { AgentLoopRig } from '../support/agent-loop-rig.js';
import { AgentsApp } from '../support/agents-app.js';
import { eventually } from '../support/eventually.js';
import type { SimAgentNode } from '../support/sim-agent-node.js';

let rig: AgentLoopRig;
let app: AgentsApp;
let sim: SimAgentNode;
let node: string;

beforeAll(async () => {
  rig = await AgentLoopRig.boot();
  ({ app } = rig);
});
afterAll(() => rig.close());
beforeEach(() => {
  ({ node, sim } = rig.nextNode());
});
afterEach(() => rig.stopAgents());

describe('An agent', () => {
  it('says that the server refuses what it found, and serves on', async () => {
    const own = await AgentsApp.boot(rig.records.database, { AGENT_MAX_BODY: '64Ki' });
    const small = await own.listen();
    own.agentToken(node);
    for (let index = 0; index < 2_000; index += 1)
      sim.sim.state.pull([`registry.example/many/app-${String(index)}:v1`]);
    rig.start({ url: small });
    try {
      const asked = await own.app.get(AgentFindings).takeInventory(node, AbortSignal.timeout(600_000), 600_000);
      expect(asked).toMatchObject({ state: 'failed', error: expect.stringContaining('413') });
      expect(await own.app.get(AgentFindings).inventory(node)).toBeUndefined();
    } finally {
      await rig.stopAgents();
      await own.close();
    }
  });

  it('finds a server again that is restarted while the agent waits', async () => {
    const own = await AgentsApp.boot(rig.records.database);
    const url = await own.listen();
    own.agentToken(node);
    rig.start({ url });
    await eventually('an inventory', () => own.app.get(AgentFindings).inventory(node));
    await own.close();
    const again = await AgentsApp.boot(rig.records.database);
    again.agentToken(node);
    await again.listen(Number(new URL(url).port));
    try {
      const asked = await again.app.get(AgentFindings).takeInventory(node, AbortSignal.timeout(600_000));
      expect(asked).toMatchObject({ state: 'done' });
    } finally {
      await again.close();
    }
  });

  it('says that its runtime is away until it comes, and again when it goes, and serves when it is back', async () => {
    let isThere = false;
    rig.start({ open: () => (isThere ? Promise.resolve(sim.node) : Promise.reject(new RuntimeAwayError('none'))) });
    const away = async () => (await app.app.get(AgentList).find(node))?.runtimeAway;
    await eventually('the server knows', async () => (await away()) === 'none');
    isThere = true;
    await eventually('it serves', async () => (await away()) === undefined);
    sim.sim.faults.add('runtime-away');
    await app.app
      .get(AgentTasks)
      .add([{ id: `away-${node}`, node, kind: 'machine', deadlineAtMs: Date.now() + 600_000 }]);
    await eventually('the server knows again', async () => (await away()) !== undefined);
    sim.sim.faults.delete('runtime-away');
    await eventually('it serves again', async () => (await away()) === undefined);
  });

  it('stops for good when its token is for another node than it was started for', async () => {
    await expect(rig.start({ nodeName: 'other' }).ended).rejects.toThrow(WrongNodeError);
  });
});
