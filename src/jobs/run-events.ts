import type { ServerEvent } from '../platform/http/event-stream.js';
import type { Run } from './run-records.port.js';
import { runView } from './run.schema.js';

/** A run's changes as Server-Sent Events; the event's id is the run's version. */
export function runEvents(
  changes: (signal: AbortSignal) => AsyncIterable<Run>,
): (signal: AbortSignal) => AsyncGenerator<ServerEvent> {
  return async function* events(signal) {
    for await (const run of changes(signal)) yield { id: String(run.version), event: 'run', data: runView(run) };
  };
}
