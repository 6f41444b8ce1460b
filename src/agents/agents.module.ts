import { Module, type DynamicModule } from '@nestjs/common';
import { AgentApiController } from './agent-api.controller.js';
import { AgentFindings } from './agent-findings.service.js';
import { AgentList } from './agent-list.service.js';
import { AgentPresence } from './agent-presence.js';
import { AgentTasks } from './agent-tasks.service.js';
import { AgentTrimmer } from './agent-trimmer.js';
import { AgentUpkeep } from './agent-upkeep.js';
import { AgentWork } from './agent-work.service.js';
import { AgentsController } from './agents.controller.js';
import { AskableAgents } from './askable-agents.service.js';
import { RefreshFindings } from './refresh-findings.service.js';
import { StaticPods } from './static-pods.service.js';
import { TaskBell } from './task-bell.js';
import { TaskOffers } from './task-offers.service.js';

/**
 * The server's side of agents. What features inject is `AgentTasks`, `AgentFindings`, `AgentList`, `AskableAgents` and `StaticPods`. It wants the ports `AgentRecords`,
 * `AgentTaskRecords`, `AgentWorkRecords`, `AgentFindingRecords` and `StaticPodRecords` from a global module.
 */
@Module({})
export class AgentsModule {
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    const shared = [AgentTasks, AgentFindings, AgentList, AskableAgents, StaticPods];
    return {
      module: AgentsModule,
      global: true,
      controllers: answers ? [AgentsController, AgentApiController] : [],
      providers: [
        ...shared,
        TaskBell,
        AgentPresence,
        RefreshFindings,
        AgentUpkeep,
        ...(answers ? [TaskOffers, AgentWork] : []),
        ...(works ? [AgentTrimmer] : []),
      ],
      exports: shared,
    };
  }
}
