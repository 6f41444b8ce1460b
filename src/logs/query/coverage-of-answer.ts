import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ContainerFacts } from '../core/query/concerns-container.js';
import { concernsContainer } from '../core/query/concerns-container.js';
import type { LogFilter, LogSpan } from '../core/filter/log-filter.js';
import { isoOfNs } from '../core/query/iso-of-ns.js';
import type { LostLines } from '../store/log-store.port.js';
import { LogCoverage } from './log-coverage.port.js';
import type { LogCoverageView } from './log-coverage.schema.js';

const MOST_NAMED = 100;

/** Says what an answer may lack: of the containers that its question is about, and of the store's files. */
@Injectable()
export class CoverageOfAnswer {
  constructor(@Optional() @Inject(LogCoverage) private readonly coverage: LogCoverage | undefined) {}

  async tell(filter: LogFilter, span: LogSpan, lost: readonly LostLines[]): Promise<Omit<LogCoverageView, 'source'>> {
    const ofStore = lost.slice(0, MOST_NAMED).map(({ reason, ...bounds }) => ({ ...shownSpan(bounds), reason }));
    const query = { concerns: concernsContainer(filter), span, limit: MOST_NAMED };
    const facts = await this.coverage?.of(query);
    if (!facts) return { behind: [], gaps: [], lost: ofStore };
    const { containersExpected, containersPresent, behind, gaps } = facts;
    return {
      containersExpected,
      containersPresent,
      behind: behind.map(({ container, behindMs, reason }) => ({
        ...shownContainer(container),
        ...(behindMs === undefined ? {} : { behindMs }),
        reason,
      })),
      gaps: gaps.map(({ container, reason, ...bounds }) => ({
        ...shownContainer(container),
        ...shownSpan(bounds),
        reason,
      })),
      lost: ofStore,
    };
  }
}

function shownContainer({ namespace, pod, container, node }: ContainerFacts) {
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(pod === undefined ? {} : { pod }),
    ...(container === undefined ? {} : { container }),
    ...(node === undefined ? {} : { node }),
  };
}

function shownSpan({ fromNs, toNs }: LogSpan): { from: string; to: string } {
  return { from: isoOfNs(fromNs), to: isoOfNs(toNs) };
}
