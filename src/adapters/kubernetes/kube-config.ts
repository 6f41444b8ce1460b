import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { KubeConfig, loadYaml } from '@kubernetes/client-node';
import { ClusterConfigError } from './cluster-config-error.js';

/** Where to look for the cluster. */
export interface KubeConfigSource {
  /** The variable KUBECONFIG: one or more files; the first that says something wins, files that are absent are skipped. */
  readonly kubeconfig?: string | undefined;
  /** The user's home folder, for `.kube/config`. */
  readonly home?: string | undefined;
  /** What stands before `/var/run/secrets/kubernetes.io/serviceaccount`; empty but for tests. */
  readonly serviceAccountRoot?: string;
}

/** A configuration with exactly one cluster and user in force. */
export interface LoadedKubeConfig {
  readonly config: KubeConfig;
  /** Holds the bearer token; read again before use, because it rotates. */
  readonly tokenFile: string | undefined;
  /** The kubeconfig files that were read; empty for a service account. */
  readonly files: readonly string[];
}

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * Finds the cluster as kubectl does (KUBECONFIG, else `~/.kube/config`), then as a pod does (its service account).
 * @throws ClusterConfigError
 */
export function loadKubeConfig(source: KubeConfigSource): LoadedKubeConfig {
  const { kubeconfig, home, serviceAccountRoot = '' } = source;
  if (kubeconfig) return fromFiles(kubeconfig.split(delimiter).filter(Boolean));
  const inHome = home ? join(home, '.kube', 'config') : undefined;
  if (inHome && existsSync(inHome)) return fromFiles([inHome]);
  const tokenFile = serviceAccountRoot + SERVICE_ACCOUNT_TOKEN;
  if (!existsSync(tokenFile)) {
    throw ClusterConfigError.missing(['KUBECONFIG', ...(inHome ? [inHome] : []), tokenFile]);
  }
  const config = new KubeConfig();
  config.loadFromCluster(serviceAccountRoot);
  return { config: withPlainUser(config), tokenFile, files: [] };
}

function fromFiles(named: readonly string[]): LoadedKubeConfig {
  const files = named.map((file) => resolve(file)).filter((file) => existsSync(file));
  if (files.length === 0) throw ClusterConfigError.missing(named.map((file) => `KUBECONFIG=${file}`));
  const config = new KubeConfig();
  const tokenFiles = new Map<string, string>();
  for (const file of files) {
    merge(config, readConfig(file));
    for (const [user, tokenFile] of tokenFilesOf(file)) if (!tokenFiles.has(user)) tokenFiles.set(user, tokenFile);
  }
  const context = config.getContextObject(config.currentContext);
  if (!context) throw new ClusterConfigError(`${files.join(', ')}: current-context names no context`);
  if (!config.getCurrentCluster())
    throw new ClusterConfigError(`${files.join(', ')}: context ${context.name} names no cluster`);
  return { config: withUser(config), tokenFile: tokenFiles.get(context.user), files };
}

function readConfig(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw new ClusterConfigError(`${file} cannot be used as a kubeconfig: ${(error as Error).message}`, {
      cause: error,
    });
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
