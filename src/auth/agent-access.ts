import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config.js';
import type { Caller, KubernetesUser } from './core/caller.js';
import { identifyAgent, isAgentAccount } from './core/identify-agent.js';
import { KubernetesAccess } from './kubernetes-access.js';
import { PodNodes } from './pod-nodes.port.js';
import { looksLikeJwt } from './token-format.js';

/** The audience that agents' tokens are for: no other program takes such a token, and Quartermaster takes no other as an agent's. */
const AUDIENCE = 'quartermaster';

/** Who is an agent, and of which node. */
@Injectable()
export class AgentAccess {
  constructor(
    private readonly kubernetes: KubernetesAccess,
    private readonly podNodes: PodNodes,
    @Inject(CONFIG) private readonly config: Pick<Config, 'agentServiceAccount'>,
  ) {}

  /**
   * The agent of a token, or why it is none; the reason is for the log.
   * @throws ProblemError 503 when the API server does not answer
   */
  async callerOf(token: string): Promise<Caller | { readonly because: string }> {
    if (!looksLikeJwt(token)) return { because: 'the token is not one of Kubernetes' };
    const user = await this.kubernetes.userOf(token, AUDIENCE);
    if (!user) return { because: `the API server does not accept the token for the audience ${AUDIENCE}` };
    const identity = identifyAgent(user, this.config.agentServiceAccount);
    if (identity.kind === 'nobody') return { because: `the token is no agent's: ${identity.because}` };
    const node = identity.kind === 'node' ? identity.node : this.podNodes.nodeOf(identity.pod);
    if (node === undefined) return { because: "the agent's pod is not known, or on no node" };
    return { kind: 'agent', name: `agent:${node}`, node };
  }

  /** Whether this is the service account of agents: its tokens open nothing but the agents' API. */
  isAgentAccount(user: KubernetesUser): boolean {
    return isAgentAccount(user, this.config.agentServiceAccount);
  }
}
