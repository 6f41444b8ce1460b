import { randomUUID } from 'node:crypto';
import type { Users } from './users.js';

const AUDIENCE = 'quartermaster';
const ACCOUNT = 'system:serviceaccount:quartermaster:quartermaster-agent';

/** A token as TokenRequest makes it for a pod of the agents' DaemonSet: for Quartermaster alone, with the node in it. */
export function agentToken(users: Users, node: string): string {
  const token = ['eyJhbGciOiJub25lIn0', Buffer.from(node).toString('base64url').padEnd(8, '_'), randomUUID()].join('.');
  const extra = { 'authentication.kubernetes.io/node-name': [node] };
  const user = { username: ACCOUNT, uid: 'uid-agent', groups: ['system:serviceaccounts'], rules: [], extra };
  users.add(token, { ...user, audiences: [AUDIENCE] });
  return token;
}
