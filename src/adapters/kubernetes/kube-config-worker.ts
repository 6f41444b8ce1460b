/**
 * The thread that reads kubeconfigs with `@kubernetes/client-node`. That library is 2,800 modules, of which a configuration needs four: they take 80 MB for as long as their
 * thread lives, and half a second to load. So the thread ends when nothing is asked of it.
 *
 * This file is loaded as a worker both compiled and, in tests, as TypeScript whose types Node strips: erasable syntax and no relative imports.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { KubeConfig, loadYaml } from '@kubernetes/client-node';

/** Where to look for the cluster. */
export interface KubeConfigSource {
  /** The variable KUBECONFIG: one or more files; the first that says something wins, files that are absent are skipped. */
  readonly kubeconfig?: string | undefined;
  /** The user's home folder, for `.kube/config`. */
  readonly home?: string | undefined;
  /** What stands before `/var/run/secrets/kubernetes.io/serviceaccount`; empty but for tests. */
  readonly serviceAccountRoot?: string | undefined;
  /** `KUBERNETES_SERVICE_HOST` and `_PORT`, which every pod has. */
  readonly serviceHost?: string | undefined;
  readonly servicePort?: string | undefined;
}

/** What is asked of the thread. */
export interface KubeConfigQuestion {
  readonly id: number;
  readonly source: KubeConfigSource;
  /** Read the files again, and ask plugins again. */
  readonly afresh: boolean;
}

/** What a connection to the API server needs, but for the token of `tokenFile`. */
export interface KubeConfigAnswer {
  readonly id: number;
  /** Why there is no configuration: a sentence, or the places that were looked at and are empty. */
  readonly unusable?: { readonly message: string; readonly looked: readonly string[] };
  readonly found?: {
    /** Holds the bearer token; read it before use, because it rotates. */
    readonly tokenFile: string | undefined;
    /** All that was read: when one of them changes, it is to be read again. */
    readonly files: readonly string[];
    /** Whether a plugin gives the credentials, which must be asked again from time to time. */
    readonly isDynamic: boolean;
    /** Why the credentials could not be had; then `server` and the rest are as far as they are known. */
    readonly failure?: string;
    readonly server: string;
    readonly proxyUrl: string | undefined;
    readonly options: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized' | 'auth'>;
    readonly headers: Readonly<Record<string, string>>;
  };
}

interface Loaded {
  readonly config: KubeConfig;
  readonly tokenFile: string | undefined;
  readonly files: readonly string[];
}

/** There is no configuration, or it cannot be used. */
class Unusable extends Error {
  readonly looked: readonly string[];

  constructor(message: string, looked: readonly string[] = []) {
    super(message);
    this.looked = looked;
  }
}

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

if (!parentPort) throw new Error('kube-config-worker runs as a worker thread');
const port = parentPort;
/** Plugins' credentials are remembered in their configuration until they expire. */
const loaded = new Map<string, Loaded>();

port.on('message', (question: KubeConfigQuestion) => {
  void answer(question).then((found) => port.postMessage(found));
});

async function answer({ id, source, afresh }: KubeConfigQuestion): Promise<KubeConfigAnswer> {
  const key = JSON.stringify(source);
  try {
    const known = (afresh ? undefined : loaded.get(key)) ?? load(source);
    loaded.set(key, known);
    return { id, found: await found(known) };
  } catch (error) {
    const looked = error instanceof Unusable ? error.looked : [];
    return { id, unusable: { message: (error as Error).message, looked } };
  }
}

async function found({ config, tokenFile, files }: Loaded): Promise<NonNullable<KubeConfigAnswer['found']>> {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const all = {
    tokenFile,
    files: [...files, ...filesOf(config)],
    isDynamic: Boolean(user?.exec ?? user?.authProvider),
  };
  const server = { server: cluster?.server ?? '', proxyUrl: cluster?.proxyUrl || undefined };
  const options: RequestOptions = {};
  try {
    if (!cluster) throw new Error('the current context has no cluster');
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    return { ...all, ...server, options: {}, headers: {}, failure: (error as Error).message };
  }
  const { ca, cert, key, servername, rejectUnauthorized, auth } = options;
  const given = Object.entries((options.headers ?? {}) as Record<string, unknown>);
  const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value).trim()]));
  const plain = Object.entries({ ca, cert, key, servername, rejectUnauthorized, auth });
  return { ...all, ...server, options: Object.fromEntries(plain.filter(([, value]) => value !== undefined)), headers };
}

/** The files that the configuration names. */
function filesOf(config: KubeConfig): string[] {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  return [cluster?.caFile, user?.certFile, user?.keyFile].filter((file) => file !== undefined);
}

/** Finds the cluster as kubectl does (KUBECONFIG, else `~/.kube/config`), then as a pod does (its service account). */
function load({ kubeconfig, home, serviceAccountRoot = '', serviceHost, servicePort }: KubeConfigSource): Loaded {
  if (kubeconfig) return fromFiles(kubeconfig.split(delimiter).filter(Boolean));
  const inHome = home ? join(home, '.kube', 'config') : undefined;
  if (inHome && existsSync(inHome)) return fromFiles([inHome]);
  const tokenFile = serviceAccountRoot + SERVICE_ACCOUNT_TOKEN;
  if (!existsSync(tokenFile)) throw new Unusable('', ['KUBECONFIG', ...(inHome ? [inHome] : []), tokenFile]);
  const config = new KubeConfig();
  // oxlint-disable-next-line no-restricted-properties -- the library looks for them in the environment alone; this is the thread's own copy
  Object.assign(process.env, { KUBERNETES_SERVICE_HOST: serviceHost, KUBERNETES_SERVICE_PORT: servicePort });
  config.loadFromCluster(serviceAccountRoot);
  return { config: withPlainUser(config), tokenFile, files: [] };
}

function fromFiles(named: readonly string[]): Loaded {
  const files = named.map((file) => resolve(file)).filter((file) => existsSync(file));
  if (files.length === 0)
    throw new Unusable(
      '',
      named.map((file) => `KUBECONFIG=${file}`),
    );
  const config = new KubeConfig();
  const tokenFiles = new Map<string, string>();
  for (const file of files) {
    merge(config, readConfig(file));
    for (const [user, tokenFile] of tokenFilesOf(file)) if (!tokenFiles.has(user)) tokenFiles.set(user, tokenFile);
  }
  const context = config.getContextObject(config.currentContext);
  if (!context) throw new Unusable(`${files.join(', ')}: current-context names no context`);
  if (!config.getCurrentCluster()) throw new Unusable(`${files.join(', ')}: context ${context.name} names no cluster`);
  return { config: withUser(config), tokenFile: tokenFiles.get(context.user), files };
}

function readConfig(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw new Unusable(`${file} cannot be used as a kubeconfig: ${(error as Error).message}`);
  }
  for (const { exec } of config.users) if (exec) prepareExec(exec as ExecPlugin, dirname(file));
  return config;
}

interface ExecPlugin {
  apiVersion?: string;
  command?: string;
  env?: { name: string; value: string }[] | null;
}

/** What kubectl does for an exec plugin and the library leaves out: a path from the kubeconfig's folder, and KUBERNETES_EXEC_INFO. */
function prepareExec(exec: ExecPlugin, folder: string): void {
  if (exec.command?.includes('/')) exec.command = resolve(folder, exec.command);
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  exec.env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
}

/** The first file that says something wins, as in kubectl (the library's own merge lets the last one win and refuses duplicates). */
function merge(into: KubeConfig, from: KubeConfig): void {
  const isNew = (known: readonly { name: string }[]) => (item: { name: string }) =>
    !known.some(({ name }) => name === item.name);
  into.clusters = [...into.clusters, ...from.clusters.filter(isNew(into.clusters))];
  into.users = [...into.users, ...from.users.filter(isNew(into.users))];
  into.contexts = [...into.contexts, ...from.contexts.filter(isNew(into.contexts))];
  if (!into.currentContext) into.currentContext = from.currentContext;
}

/** `user.tokenFile` of a kubeconfig, by user: the library does not know this field. Relative paths start at the kubeconfig's folder. */
function tokenFilesOf(file: string): [string, string][] {
  const raw = loadYaml<{ users?: { name?: string; user?: { tokenFile?: unknown } }[] }>(readFileSync(file, 'utf8'));
  return (raw.users ?? []).flatMap(({ name, user }) =>
    name && typeof user?.tokenFile === 'string' ? [[name, resolve(dirname(file), user.tokenFile)]] : [],
  );
}

/** The library leaves out the cluster's authority for a context without a user: give it one that has no credentials. */
function withUser(config: KubeConfig): KubeConfig {
  if (config.getCurrentUser()) return config;
  const context = config.getContextObject(config.currentContext);
  if (context) config.users.push({ name: context.user });
  return config;
}

/** The library would keep a service account's token for a minute: this program reads the file itself. */
function withPlainUser(config: KubeConfig): KubeConfig {
  config.users = config.users.map(({ name }) => ({ name }));
  return config;
}
