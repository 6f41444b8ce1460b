import { ConfigError, readConfig, type Config } from '../platform/config.js';
import { Log } from '../platform/log.js';

/** Errors whose message says by itself what to do; their stack would only hide it. */
const SPEAKING = new Set([
  'ClusterConfigError',
  'DataDirError',
  'DataDirInUseError',
  'SchemaNewerError',
  'MigrationChangedError',
  'LogStoreTooNew',
  'MetricStoreTooNew',
  'JobHandlersError',
  'ListenError',
  'ServerTlsError',
  'WrongNodeError',
]);

/** Starts what `ROLE` names. A start that fails says why and ends the process: with 2 for settings, with 1 for the rest. */
export async function run(): Promise<void> {
  const config = settings();
  const log = Log.create({
    level: config.logLevel,
    format: config.logFormat ?? defaultFormat(),
    secrets: config.secrets,
  });
  process.umask(0o077); // whatever is made in the data folder is its owner's alone
  process.on('unhandledRejection', (error) => log.error('A rejection was not handled', { error }));
  process.on('uncaughtException', (error) => {
    log.error('An error was not caught', { error });
    process.exit(1);
  });
  try {
    await start(config, log);
  } catch (error) {
    fail(error, log);
  }
}

/** Each role loads its own parts alone: an agent has neither the web framework nor the engines in its memory. */
async function start(config: Config, log: Log): Promise<void> {
  switch (config.role) {
    case 'all':
    case 'api':
    case 'worker':
      return (await import('./serve.js')).serve(config, log);
    case 'migrate':
      return (await import('./migrate.js')).migrateAndEnd(config, log);
    case 'openapi':
      return (await import('./openapi.js')).printOpenApi(config);
    case 'agent':
      return (await import('./agent.js')).serveNode(config, log);
  }
}

function settings(): Config {
  try {
    return readConfig();
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
    return process.exit(2);
  }
}

function fail(error: unknown, log: Log): never {
  if (error instanceof Error && SPEAKING.has(error.name)) process.stderr.write(`${error.message}\n`);
  else if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else log.error('The process cannot start', { error });
  process.exit(error instanceof ConfigError ? 2 : 1);
}

function defaultFormat(): 'json' | 'pretty' {
  return process.stdout.isTTY ? 'pretty' : 'json';
}
