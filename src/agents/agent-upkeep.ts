import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/log.js';
import { OwnMetrics } from '../platform/own-metrics.js';
import { AgentList, AWAY_AFTER_MS } from './agent-list.service.js';
import { AgentPresence } from './agent-presence.js';
import { AgentRecords } from './agent-records.port.js';
import { AgentTaskRecords } from './agent-task-records.port.js';
import { RefreshFindings } from './refresh-findings.service.js';
import { TaskBell } from './task-bell.js';

const LOOK_EVERY_MS = 5_000;

/** What has to be done again and again, in every process alike: note who was heard of, end tasks that nobody will end, have findings renewed, count. */
@Injectable()
export class AgentUpkeep implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private readonly agentsGauge;
  private readonly tasksGauge;
  private readonly waitingGauge;

  constructor(
    private readonly agents: AgentRecords,
    private readonly tasks: AgentTaskRecords,
    private readonly list: AgentList,
    private readonly presence: AgentPresence,
    private readonly findings: RefreshFindings,
    private readonly bell: TaskBell,
    private readonly clock: Clock,
    private readonly log: Log,
    metrics: OwnMetrics,
  ) {
    this.agentsGauge = metrics.gauge('agents', 'Agents by whether they were heard of within a minute.', ['state']);
    this.tasksGauge = metrics.gauge('agent_tasks', 'Tasks of agents in the records, by state.', ['state']);
    this.waitingGauge = metrics.gauge('agents_waiting', 'Agents that wait for tasks at this process.');
  }

  onApplicationBootstrap(): void {
    const begin = (): void => {
      this.looking ??= this.look().finally(() => (this.looking = undefined));
    };
    begin();
    this.timer = setInterval(begin, LOOK_EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** Looks once; never rejects. */
  async look(): Promise<void> {
    try {
      const nodes = this.presence.take();
      await this.agents.seen(nodes, this.clock.now());
      if ((await this.tasks.settle(this.clock.now())) > 0) this.bell.ringEnd();
      await this.findings.refresh(await this.list.connected(nodes, 'inventory'));
      await this.count();
    } catch (error) {
      this.log.warn('The records of agents cannot be kept up', { error });
    }
  }

  private async count(): Promise<void> {
    const { known, seen } = await this.agents.count(this.clock.now() - AWAY_AFTER_MS);
    this.agentsGauge.set({ state: 'connected' }, seen);
    this.agentsGauge.set({ state: 'away' }, known - seen);
    this.waitingGauge.set(this.presence.waitingCount);
    for (const [state, count] of Object.entries(await this.tasks.counts())) this.tasksGauge.set({ state }, count);
  }
}
