import type { Config } from '../platform/config.js';

/** `ROLE=openapi`: prints the document of all routes and ends. Nothing is opened. */
export function printOpenApi(config: Config): Promise<void> {
  throw new Error(String(config.role));
}
