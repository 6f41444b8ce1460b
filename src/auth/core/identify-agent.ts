/**
 * Which node an agent's token stands for, by what TokenReview says of it (authentication.k8s.io/v1; the service account's extra fields as Kubernetes 1.30 and later set them, the pod's name and uid
 * also before).
 *
 * Only one service account is that of agents, and only a token that is bound to a node (by itself or through its pod) speaks for one: a token that is bound to nothing could speak for any.
 */
import type { KubernetesUser } from './caller.js';

/** The service account that agents run as. */
export interface AgentAccount {
  readonly namespace: string;
  readonly name: string;
}

/** A pod whose node is to be looked up. */
export interface BoundPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export type AgentIdentity =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'pod'; readonly pod: BoundPod }
  | { readonly kind: 'nobody'; readonly because: string };

const NODE_NAME = 'authentication.kubernetes.io/node-name';
const POD_NAME = 'authentication.kubernetes.io/pod-name';
const POD_UID = 'authentication.kubernetes.io/pod-uid';

export function identifyAgent(user: KubernetesUser, account: AgentAccount): AgentIdentity {
  if (!isAgentAccount(user, account)) return nobody('it is not of the service account that agents run as');
  const [node, ...otherNodes] = user.extra[NODE_NAME] ?? [];
  if (otherNodes.length > 0) return nobody('it names more than one node');
  if (node) return { kind: 'node', node };
  const [name, ...otherNames] = user.extra[POD_NAME] ?? [];
  const [uid, ...otherUids] = user.extra[POD_UID] ?? [];
  if (otherNames.length > 0 || otherUids.length > 0) return nobody('it names more than one pod');
  if (name && uid) return { kind: 'pod', pod: { namespace: account.namespace, name, uid } };
  return nobody('it is bound to no node and no pod');
}

/** Whether a Kubernetes user is the service account that agents run as, whatever its token is bound to. */
export function isAgentAccount({ username }: Pick<KubernetesUser, 'username'>, account: AgentAccount): boolean {
  return username === `system:serviceaccount:${account.namespace}:${account.name}`;
}

function nobody(because: string): AgentIdentity {
  return { kind: 'nobody', because };
}
