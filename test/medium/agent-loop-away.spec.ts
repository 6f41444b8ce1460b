import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WrongNodeError } from '../../src/agent/agent-loop.js';
import { RuntimeAwayError } from '../../src/agent/runtime-errors.js';
import { AgentFindings } from '../../src/agents/agent-findings.service.js';
import { AgentList } from '../../src/agents/agent-list.service.js';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import { startLoop, type LoopOptions, type StartedLoop } from '../support/agent-loops.js';
import { AgentsApp } from '../support/agents-app.js';
import { eventually } from '../support/eventually.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { simAgentNode, type SimAgentNode } from '../support/sim-agent-node.js';

let records: TestRecords;
let app: AgentsApp;
let url: string;
let sim: SimAgentNode;
let node: string;
let count = 0;
let running: StartedLoop[] = [];

beforeAll(async () => {
  records = await openPgliteRecords();
  app = await AgentsApp.boot(records.database, { AGENT_LEASE: '5s' });
  url = await app.listen();
});
afterAll(async () => {
  await app.close();
  await records.close();
});
beforeEach(() => {
  node = `node-${String((count += 1))}`;
  sim = simAgentNode();
});
afterEach(async () => {
  for (const agent of running) await agent.stop();
  running = [];
});

function start(options: Partial<LoopOptions> = {}): StartedLoop {
  const agent = startLoop(app, { node, url, open: async () => sim.node, ...options });
  running.push(agent);
  return agent;
}

describe('An agent', () => {
  it('says that the server refuses what it found, and serves on', async () => {
    const own = await AgentsApp.boot(records.database, { AGENT_MAX_BODY: '64Ki' });
    const small = await own.listen();
    own.agentToken(node);
    for (let index = 0; index < 2_000; index += 1)
      sim.sim.state.pull([`registry.example/many/app-${String(index)}:v1`]);
    start({ url: small });
    try {
      const asked = await own.app.get(AgentFindings).takeInventory(node, AbortSignal.timeout(600_000), 600_000);
      expect(asked).toMatchObject({ state: 'failed', error: expect.stringContaining('413') });
      expect(await own.app.get(AgentFindings).inventory(node)).toBeUndefined();
    } finally {
      for (const agent of running.splice(0)) await agent.stop();
      await own.close();
    }
  });

  it('finds a server again that is restarted while the agent waits', async () => {
    const own = await AgentsApp.boot(records.database);
    const url = await own.listen();
    own.agentToken(node);
    start({ url });
    await eventually('an inventory', () => own.app.get(AgentFindings).inventory(node));
    await own.close();
    const again = await AgentsApp.boot(records.database);
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
    start({ open: () => (isThere ? Promise.resolve(sim.node) : Promise.reject(new RuntimeAwayError('none'))) });
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
    await expect(start({ nodeName: 'other' }).ended).rejects.toThrow(WrongNodeError);
  });
});
