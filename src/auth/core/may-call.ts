import type { Caller, Role } from './caller.js';
import { allow, refuse, type Decision } from './decision.js';

/** What an operation demands of its caller: the part of its declaration that rights are decided on. */
export interface OperationNeeds {
  readonly role: Role | 'anyone' | 'agent';
  /** `cluster` operations concern more than single namespaces; a namespace-limited caller may not call them. */
  readonly scope: 'cluster' | 'namespaced';
  /** The part of the product that it touches. */
  readonly area: string;
}

/** `ingest` stands aside: it includes nothing, and `viewer` does not include it. */
const RANK: Readonly<Record<Exclude<Role, 'ingest'>, number>> = { viewer: 1, operator: 2, admin: 3 };

/** Whether `role` includes what `needed` may do. */
export function includesRole(role: Role, needed: Role): boolean {
  if (role === 'ingest') return needed === 'ingest';
  return RANK[role] >= RANK[needed === 'ingest' ? 'operator' : needed];
}

/**
 * Whether a caller may call an operation at all. Which namespaces the call then shows is decided by `visibleNamespaces`.
 *
 * A Kubernetes user has no role: that the API server allows this operation was found out before (see `KubernetesAccess`), here remains the
 * scope. A caller that is limited to namespaces never gets a `cluster` operation, whatever its role.
 */
export function mayCall(caller: Caller, operation: OperationNeeds): Decision {
  if (operation.role === 'anyone') return allow('anyone may call this');
  if (caller.kind === 'agent' || operation.role === 'agent') return mayCallAsAgent(caller, operation);
  if (caller.kind === 'token') {
    if (!caller.role) return refuse('the token has no role');
    if (!includesRole(caller.role, operation.role))
      return refuse(`role ${caller.role} does not include ${operation.role}`);
  }
  if (caller.kind === 'kubernetes' && isForEveryone(operation)) return allow('everyone who is known may see this');
  if (operation.scope === 'cluster' && caller.namespaces) {
    return refuse(`the operation is cluster-wide and the caller is limited to ${listed(caller.namespaces)}`);
  }
  if (caller.namespaces?.length === 0) return refuse('the API server allows it in no namespace');
  return allow(caller.role ? `role ${caller.role} includes ${operation.role}` : 'the API server allows it');
}

/** The agents' API is for agents alone, and agents have no other. */
function mayCallAsAgent({ kind, node }: Caller, { role }: OperationNeeds): Decision {
  if (role !== 'agent') return refuse('agents have an API of their own and no other');
  return kind === 'agent' && node ? allow(`the agent of node ${node}`) : refuse('only agents may call this');
}

/**
 * Whether an operation shows nothing of the cluster: who one is, the version, the documentation. Every Kubernetes user may see that, and no
 * access review is asked for.
 */
export function isForEveryone(operation: OperationNeeds): boolean {
  return operation.area === 'service' && operation.scope === 'namespaced' && operation.role === 'viewer';
}

function listed(namespaces: readonly string[]): string {
  return namespaces.length === 0 ? 'no namespace' : `namespaces ${namespaces.join(', ')}`;
}
