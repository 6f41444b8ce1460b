import type { Config } from '../platform/config.js';
import { Log } from '../platform/log.js';
import { createApp } from '../platform/http/create-app.js';
import { openApiDocument } from '../platform/http/openapi.js';
import { programVersion } from '../platform/version.js';
import { AppModule } from './app.module.js';
import { absentEngines } from './absent-engines.js';

/** `ROLE=openapi`: prints the document of all routes and ends. Nothing is opened, nothing is started. */
export async function printOpenApi(config: Config): Promise<void> {
  const log = Log.silent();
  const app = await createApp(AppModule.for({ ...config, role: 'api' }, log, absentEngines()), config, log);
  process.stdout.write(`${JSON.stringify(openApiDocument(app, programVersion()), null, 2)}\n`);
}
