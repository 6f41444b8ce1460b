import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { decodeCursor, encodeCursor, type Page } from '../platform/http/paging.js';
import { invalidInput } from '../platform/errors.js';
import { AgentRecords, type Agent, type AgentHello, type AgentAllowance } from './agent-records.port.js';
import { AgentTaskRecords } from './agent-task-records.port.js';
import type { AgentTask } from './agent-task.js';
import { RefreshFindings } from './refresh-findings.service.js';

/** A waiting agent is heard of every few seconds, one that works with each report. */
export const AWAY_AFTER_MS = 60_000;

/** An agent, and what it is at. */
export interface KnownAgent extends Agent {
  readonly isConnected: boolean;
  /** How long it has not been heard of. */
  readonly notSeenMs: number;
  readonly running: readonly AgentTask[];
}

/** Which agents there are. */
@Injectable()
export class AgentList {
  constructor(
    private readonly records: AgentRecords,
    private readonly tasks: AgentTaskRecords,
    private readonly refresh: RefreshFindings,
    private readonly clock: Clock,
  ) {}

  /** Notes an agent that begins, and has it tell what its node has. */
  async welcome(agent: AgentHello): Promise<void> {
    await this.records.hello(agent, this.clock.now());
    if (canBeAsked(agent, 'inventory')) await this.refresh.refresh([agent.node]);
  }

  /** The agent of a node, when it ever had one. */
  async find(node: string): Promise<KnownAgent | undefined> {
    const [known] = await this.known(await this.records.find([node]));
    return known;
  }

  /** Those of the nodes that may do this, and are there now with their runtime. */
  async connected(nodes: readonly string[], allowance: AgentAllowance): Promise<readonly string[]> {
    const sinceMs = this.clock.now() - AWAY_AFTER_MS;
    const agents = await this.records.find(nodes);
    return agents
      .filter((agent) => agent.lastSeenAtMs >= sinceMs && canBeAsked(agent, allowance))
      .map(({ node }) => node);
  }

  /** By node name. @throws ProblemError 400 when the cursor is none of this list */
  async list(limit: number, cursor?: string): Promise<Page<KnownAgent>> {
    const rows = await this.records.list(limit + 1, cursor === undefined ? undefined : placeOf(cursor));
    const items = await this.known(rows.slice(0, limit));
    const last = items.at(-1);
    return rows.length > limit && last ? { items, nextCursor: encodeCursor([last.node]) } : { items };
  }

  private async known(agents: readonly Agent[]): Promise<KnownAgent[]> {
    const nowMs = this.clock.now();
    const running = Map.groupBy(
      await this.tasks.running(
        agents.map(({ node }) => node),
        nowMs,
      ),
      ({ node }) => node,
    );
    return agents.map((agent) => {
      const notSeenMs = Math.max(0, nowMs - agent.lastSeenAtMs);
      return { ...agent, notSeenMs, isConnected: notSeenMs <= AWAY_AFTER_MS, running: running.get(agent.node) ?? [] };
    });
  }
}

function canBeAsked({ allows, runtimeAway }: AgentHello, allowance: AgentAllowance): boolean {
  return runtimeAway === undefined && allows.includes(allowance);
}

function placeOf(cursor: string): string {
  const [node] = decodeCursor(cursor, 1);
  if (typeof node === 'string') return node;
  throw invalidInput('cursor', 'is not a cursor of this list; leave it out to begin at the start');
}
