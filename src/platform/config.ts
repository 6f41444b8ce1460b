import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { addressOf, type SinkKind, type SinkType, sinkVariable } from './config/sink-entries.js';
import { VARIABLES } from './config/table.js';
import type { Variable } from './config/variables.js';

type Table = typeof VARIABLES;

/** The settings of this process, read once at start. Durations are milliseconds, sizes bytes. */
export type Config = { readonly [Name in keyof Table as Table[Name]['as']]: z.output<Table[Name]['schema']> } & {
  /** By the sink's name. */
  readonly metricSinkCredentials: ReadonlyMap<string, MetricSinkCredentials>;
  /** By the sink's name. */
  readonly eventSinkCredentials: ReadonlyMap<string, MetricSinkCredentials>;
  readonly home: string | undefined;
  /** Of a pod: where the API server is. */
  readonly kubernetesServiceHost: string | undefined;
  readonly kubernetesServicePort: string | undefined;
  /** The values of all secret settings, for the log's censor. */
  readonly secrets: readonly string[];
};

/** What a sink logs in with: a token, or a user with password. */
export type MetricSinkCredentials =
  { readonly token: string } | { readonly username: string; readonly password: string };

interface NamedSink {
  readonly name: string;
  readonly type: SinkType;
}

/** Injection token of `Config`. */
export const CONFIG = Symbol('CONFIG');

/** Every mistake in the environment at once: variable, value (unless it is secret) and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly mistakes: readonly string[]) {
    super(
      `The environment has ${mistakes.length} mistake(s):\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`,
    );
  }
}

/**
 * Reads the settings from the environment; the only place that does.
 * @throws ConfigError naming every mistake
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const mistakes: string[] = [];
  const settings: Record<string, unknown> = {};
  const secrets: string[] = [];
  for (const [name, row] of Object.entries<Variable>(VARIABLES)) {
    const value = rawValue(name, row, environment, mistakes);
    if (row.secret && value) secrets.push(value);
    if (value) secrets.push(...passwordsIn(value));
    if (value && !isReadable(value))
      mistakes.push(`${name}: the password in it has a % that begins no escape; write %25 for a % of its own`);
    const result = row.schema.safeParse(value ?? row.default);
    if (result.success) settings[row.as] = result.data;
    else
      mistakes.push(
        `${name}=${row.secret ? '(secret)' : withoutPassword(value ?? '')}: ${result.error.issues.map((issue) => issue.message).join('; ')}`,
      );
  }
  const { metricSinks = [], eventSinks = [] } = settings as Partial<Config>;
  const credentialsOf = (kind: SinkKind, sinks: readonly NamedSink[]) =>
    readSinkCredentials(kind, sinks, environment, secrets, mistakes);
  const metricSinkCredentials = credentialsOf('METRIC_SINK', metricSinks);
  const eventSinkCredentials = credentialsOf('EVENT_SINK', eventSinks);
  if (mistakes.length === 0) mistakes.push(...contradictions(settings as unknown as Config));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return {
    ...settings,
    metricSinkCredentials,
    eventSinkCredentials,
    home: environment['HOME'],
    kubernetesServiceHost: environment['KUBERNETES_SERVICE_HOST'] || undefined,
    kubernetesServicePort: environment['KUBERNETES_SERVICE_PORT'],
    secrets,
  } as unknown as Config;
}

/** The secrets of each sink that is named; they are variables of its own name and so in no table. */
function readSinkCredentials(
  kind: SinkKind,
  sinks: readonly NamedSink[],
  environment: Readonly<Record<string, string | undefined>>,
  secrets: string[],
  mistakes: string[],
): ReadonlyMap<string, MetricSinkCredentials> {
  const credentials = new Map<string, MetricSinkCredentials>();
  for (const { name, type } of sinks) {
    const [tokenName, userName, passwordName] = (['TOKEN', 'USERNAME', 'PASSWORD'] as const).map((part) =>
      sinkVariable(name, part, kind),
    );
    const [token, username, password] = [tokenName, userName, passwordName].map((variable) =>
      rawValue(variable ?? '', { secret: true }, environment, mistakes),
    );
    secrets.push(...[token, password].filter((value) => value !== undefined));
    if (token !== undefined) credentials.set(name, { token });
    else if (username !== undefined && password !== undefined) credentials.set(name, { username, password });
    else if (type === 'influxdb' || username !== undefined || password !== undefined)
      mistakes.push(`${kind}S names ${name}: ${tokenName}, or ${userName} and ${passwordName}, must be set too`);
  }
  return credentials;
}

/** The variable's text, or for a secret the text of the file that `<NAME>_FILE` names; an empty variable is an unset one. */
function rawValue(
  name: string,
  row: Pick<Variable, 'secret'>,
  environment: Readonly<Record<string, string | undefined>>,
  mistakes: string[],
): string | undefined {
  const direct = environment[name] || undefined;
  const file = row.secret ? environment[`${name}_FILE`] || undefined : undefined;
  if (file === undefined) return direct;
  if (direct !== undefined) mistakes.push(`${name} and ${name}_FILE are both set: set one of them`);
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    mistakes.push(`${name}_FILE=${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    return undefined;
  }
}

/** Somebody may write a password into any URL, of whatever scheme. */
function withoutPassword(value: string): string {
  return value.replace(/(:\/\/[^/@\s:]*:)\S*@/, '$1(secret)@');
}

/** Passwords inside of URLs are secrets of their own: drivers print them without the URL around. */
function passwordsIn(value: string): string[] {
  if (!URL.canParse(value)) return [];
  const { password } = new URL(value);
  return password ? [password, ...(isReadable(value) ? [decodeURIComponent(password)] : [])] : [];
}

/** Whether the user and the password of a URL, where it has such, can be read: drivers decode them. */
function isReadable(value: string): boolean {
  if (!URL.canParse(value)) return true;
  const { username, password } = new URL(value);
  return !/%(?![\da-f]{2})/i.test(username + password);
}

function contradictions(config: Config): string[] {
  const found: string[] = [];
  if ((config.tlsCertFile === undefined) !== (config.tlsKeyFile === undefined)) {
    found.push('TLS_CERT_FILE and TLS_KEY_FILE: set both or none');
  }
  if ((config.influxUsername === undefined) !== (config.influxPassword === undefined)) {
    found.push('INFLUX_USERNAME and INFLUX_PASSWORD: set both or none');
  }
  if (config.influxUrl !== undefined && config.influxToken === undefined && config.influxUsername === undefined) {
    found.push('INFLUX_URL is set: INFLUX_TOKEN, or INFLUX_USERNAME and INFLUX_PASSWORD, must be set too');
  }
  if ((config.elasticsearchUsername === undefined) !== (config.elasticsearchPassword === undefined)) {
    found.push('ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD: set both or none');
  }
  if (config.elasticsearchApiKey !== undefined && config.elasticsearchUsername !== undefined) {
    found.push('ELASTICSEARCH_API_KEY and ELASTICSEARCH_USERNAME: set one of them');
  }
  found.push(...sinksIntoTheStore(config));
  if ((config.gcWebhookUrl === undefined) !== (config.gcWebhookSecret === undefined)) {
    found.push('GC_WEBHOOK_URL and GC_WEBHOOK_SECRET: set both or none');
  }
  if (config.role === 'agent' && config.serverUrl === undefined) {
    found.push('SERVER_URL is not set: ROLE=agent must know where Quartermaster is');
  }
  if (config.role === 'api' || config.role === 'worker') found.push(...missingForSplitRole(config));
  return found;
}

/** A sink in the store's own bucket would take the store's points for its own, and the store the sink's. */
function sinksIntoTheStore({ influxUrl, influxOrg, influxBucket, metricSinks }: Config): string[] {
  if (influxUrl === undefined) return [];
  const taken = [influxBucket, `${influxBucket}_5m`, `${influxBucket}_1h`];
  const address = addressOf(new URL(influxUrl));
  return metricSinks
    .filter(({ url, org, bucket }) => url === address && org === influxOrg && taken.includes(bucket))
    .map(
      ({ name, bucket }) =>
        `METRIC_SINKS: ${name}: INFLUX_URL keeps the metrics in the bucket ${bucket}; name another one`,
    );
}

/** Embedded engines have one owner process, so a split role needs the external engine of everything it touches. */
function missingForSplitRole(config: Config): string[] {
  const needed = [
    ['DATABASE_URL', config.databaseUrl, 'the records'],
    ['REDIS_URL', config.redisUrl, 'the job queue'],
    ['INFLUX_URL', config.influxUrl, 'the metrics'],
    ['ELASTICSEARCH_URL', config.elasticsearchUrl, 'the logs'],
  ] as const;
  return needed
    .filter(([, value]) => value === undefined)
    .map(
      ([name, , what]) =>
        `${name} is not set: ROLE=${config.role} shares ${what} with other processes and needs an external engine (or use ROLE=all)`,
    );
}
