import type { Provider } from '@nestjs/common';
import { TIMELINE_LOGS } from '../timeline/timeline-logs.js';

/** What the timeline reads besides events and metrics: no store of logs is open in any role yet. */
export function timelinePorts(): Provider[] {
  return [{ provide: TIMELINE_LOGS, useValue: undefined }];
}
