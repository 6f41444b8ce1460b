import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a user may do: each field a value or `*`; `resource` may name a subresource (`nodes/stats`). Without a namespace: in all of them. */
export interface Rule {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly namespace?: string;
}

export interface User {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly rules: readonly Rule[];
  /** Of a service account's token that is bound to something: what TokenReview tells of that. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /** Whom its token is for; the API server alone unless said. */
  readonly audiences?: readonly string[];
}

/** What somebody wants to do; `namespace` empty for cluster-scoped things and for all namespaces. */
export interface Attempt {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly namespace: string;
}

/** The tokens of the simulated users. */
export interface Tokens {
  /** May do everything. */
  readonly admin: string;
  /** A service account with the least rights that a collector needs. */
  readonly collector: string;
  /** May read pods and everything of `quartermaster.io` in the namespace `shop` only. */
  readonly viewer: string;
  /** Known, without any right. */
  readonly nobody: string;
}

const READ = ['get', 'list', 'watch'];
const EVERYTHING: Rule = { group: '*', resource: '*', verb: '*' };

const WATCHED = [
  ['', 'nodes'],
  ['', 'namespaces'],
  ['', 'pods'],
  ['', 'replicationcontrollers'],
  ['apps', 'deployments'],
  ['apps', 'replicasets'],
  ['apps', 'statefulsets'],
  ['apps', 'daemonsets'],
  ['batch', 'jobs'],
  ['batch', 'cronjobs'],
  ['events.k8s.io', 'events'],
] as const;

const COLLECTOR_RULES: readonly Rule[] = [
  ...WATCHED.flatMap(([group, resource]) => READ.map((verb) => ({ group, resource, verb }))),
  { group: '', resource: 'pods/log', verb: 'get' },
  { group: '', resource: 'nodes/stats', verb: 'get' },
  { group: '', resource: 'nodes/metrics', verb: 'get' },
  { group: '', resource: 'nodes/configz', verb: 'get' },
  { group: '', resource: 'nodes/proxy', verb: 'get' },
  { group: '', resource: 'events', verb: 'create', namespace: 'default' },
  { group: 'authentication.k8s.io', resource: 'tokenreviews', verb: 'create' },
  { group: 'authorization.k8s.io', resource: 'subjectaccessreviews', verb: 'create' },
];

const VIEWER_RULES: readonly Rule[] = READ.flatMap((verb) => [
  { group: 'quartermaster.io', resource: '*', verb, namespace: 'shop' },
  { group: '', resource: 'pods', verb, namespace: 'shop' },
]);

/** Who there is, by token and by name. Tokens are kept in a folder, readable by the owner only, so that a later start accepts them. */
export class Users {
  private readonly byToken = new Map<string, User>();
  private readonly byName = new Map<string, User>();

  private constructor(readonly tokens: Tokens) {
    const account = 'system:serviceaccount:quartermaster:quartermaster';
    this.add(tokens.admin, user('admin', ['system:masters'], [EVERYTHING]));
    this.add(tokens.collector, user(account, ['system:serviceaccounts'], COLLECTOR_RULES));
    this.add(tokens.viewer, user('viewer', ['team-shop'], VIEWER_RULES));
    this.add(tokens.nobody, user('nobody', [], []));
  }

  static open(dir: string): Users {
    const file = join(dir, 'tokens.json');
    if (!existsSync(file)) {
      const secret = () => randomBytes(24).toString('base64url');
      const tokens: Tokens = { admin: secret(), collector: secret(), viewer: secret(), nobody: secret() };
      writeFileSync(file, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
    }
    return new Users(JSON.parse(readFileSync(file, 'utf8')) as Tokens);
  }

  /** Adds a user, or replaces the one of that name. */
  add(token: string, added: User): void {
    this.byToken.set(token, added);
    this.byName.set(added.username, added);
  }

  /** Makes a token worthless; its user stays. */
  revoke(token: string): void {
    this.byToken.delete(token);
  }

  findByToken(token: string): User | undefined {
    return this.byToken.get(token);
  }

  findByName(username: string): User | undefined {
    return this.byName.get(username);
  }

  /** The user of a request's `Authorization: Bearer ...` header. */
  findByHeader(authorization: string | undefined): User | undefined {
    const [, token] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
    const user = this.byToken.get(token ?? '');
    return user?.audiences ? undefined : user; // a token for others opens nothing here
  }
}

/** Whether one of the user's rules covers the attempt. */
export function mayDo(user: User, attempt: Attempt): boolean {
  const covers = (allowed: string, wanted: string) => allowed === '*' || allowed === wanted;
  return user.rules.some(
    (rule) =>
      covers(rule.group, attempt.group) &&
      covers(rule.resource, attempt.resource) &&
      covers(rule.verb, attempt.verb) &&
      (rule.namespace === undefined || rule.namespace === attempt.namespace),
  );
}

function user(username: string, groups: string[], rules: readonly Rule[]): User {
  return { username, uid: `uid-${username}`, groups: [...groups, 'system:authenticated'], rules };
}
