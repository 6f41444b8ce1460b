import { Inject, Injectable } from '@nestjs/common';
import { trimInBatches, TrimsRecords, type RecordTrimmer } from '../jobs/trims-records.js';
import { CONFIG, type Config } from '../platform/config.js';
import { AgentFindingRecords } from './agent-finding-records.port.js';
import { AgentRecords } from './agent-records.port.js';
import { AgentTaskRecords } from './agent-task-records.port.js';
import { StaticPodRecords } from './static-pod-records.port.js';

/** Tasks that were over, agents that were not heard of, what they found, and changes of static pods that nothing was told of, for longer than `AGENT_RETENTION`. */
@TrimsRecords()
@Injectable()
export class AgentTrimmer implements RecordTrimmer {
  readonly subject = 'agent tasks';

  constructor(
    private readonly tasks: AgentTaskRecords,
    private readonly agents: AgentRecords,
    private readonly findings: AgentFindingRecords,
    private readonly staticPods: StaticPodRecords,
    @Inject(CONFIG) private readonly config: Pick<Config, 'agentRetentionMs'>,
  ) {}

  async trim(nowMs: number, signal: AbortSignal): Promise<number> {
    const beforeMs = nowMs - this.config.agentRetentionMs;
    const tasks = await trimInBatches(signal, (limit) => this.tasks.trim(beforeMs, limit));
    const agents = await trimInBatches(signal, (limit) => this.agents.trim(beforeMs, limit));
    const findings = await trimInBatches(signal, (limit) => this.findings.trim(beforeMs, limit));
    const staticPods = await trimInBatches(signal, (limit) => this.staticPods.trim(beforeMs, limit));
    return tasks + agents + findings + staticPods;
  }
}
