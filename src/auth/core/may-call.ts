import type { Caller, Role } from './caller.js';
import { allow, refuse, type Decision } from './decision.js';

/** What an operation demands of its caller: the part of its declaration that rights are decided on. */
export interface OperationNeeds {
  readonly role: Role | 'anyone';
  /** `cluster` operations concern more than single namespaces; a namespace-limited caller may not call them. */
  readonly scope: 'cluster' | 'namespaced';
}

const RANK: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, admin: 3 };

/** Whether `role` includes what `needed` may do. */
export function includesRole(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}

/**
 * Whether a caller may call an operation at all. Which namespaces the call then shows is decided by `visibleNamespaces`.
 *
 * A Kubernetes user has no role: that the API server allows this operation was found out before (see `KubernetesAccess`), here remains the
 * scope. A caller that is limited to namespaces never gets a `cluster` operation, whatever its role.
 */
export function mayCall(caller: Caller, operation: OperationNeeds): Decision {
  if (operation.role === 'anyone') return allow('anyone may call this');
  if (caller.kind === 'token') {
    if (!caller.role) return refuse('the token has no role');
    if (!includesRole(caller.role, operation.role)) return refuse(`role ${caller.role} is less than ${operation.role}`);
  }
  if (operation.scope === 'cluster' && caller.namespaces) {
    return refuse(`the operation is cluster-wide and the caller is limited to ${listed(caller.namespaces)}`);
  }
  return allow(caller.role ? `role ${caller.role} includes ${operation.role}` : 'the API server allows it');
}

function listed(namespaces: readonly string[]): string {
  return namespaces.length === 0 ? 'no namespace' : `namespaces ${namespaces.join(', ')}`;
}
