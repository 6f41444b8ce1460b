import type { Provider } from '@nestjs/common';
import { CallerStreams } from '../../src/auth/caller-streams.js';
import { CallerWatch } from '../../src/auth/caller-watch.js';
import { EventStreams } from '../../src/platform/http/event-stream.js';

/** Callers may call until a test ends that; those who come later may again. */
export class WatchedCaller implements Pick<CallerWatch, 'ended'> {
  private end = new AbortController();

  ended(): AbortSignal {
    return this.end.signal;
  }

  revoke(): void {
    this.end.abort();
    this.end = new AbortController();
  }
}

/** What an application without `AuthModule` needs to send streams. */
export function streamsOf(caller: WatchedCaller): Provider[] {
  return [EventStreams, CallerStreams, { provide: CallerWatch, useValue: caller }];
}
