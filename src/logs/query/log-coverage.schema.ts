import { z } from 'zod';
import { count, text } from '../../platform/http/described.js';
import { instantNs } from './log-line.schema.js';

const container = {
  namespace: text('The namespace.', 'shop').optional(),
  pod: text('The pod.', 'web-7d4b9c-x2x8p').optional(),
  container: text('The container.', 'app').optional(),
  node: text('The node.', 'node-1').optional(),
};

const LogLag = z
  .object({
    ...container,
    behindMs: count('How far behind it is, milliseconds; absent when nothing of it was read yet.', 4200).optional(),
    reason: text('Why.', 'The API server did not answer.'),
  })
  .meta({ id: 'LogLag', description: 'A container whose newest lines are not here yet.' });

const LogGap = z
  .object({
    ...container,
    from: instantNs('Its start, included.'),
    to: instantNs('Its end, not included.'),
    reason: text('Why.', 'The file was rotated away before it could be read.'),
  })
  .meta({ id: 'LogGap', description: 'Lines of a container that are lost.' });

const LostLogs = z
  .object({
    from: instantNs('The start, included.'),
    to: instantNs('The end, not included.'),
    reason: text('Why.', 'A file of the store is damaged.'),
  })
  .meta({ id: 'LostLogs', description: 'A span of time of which the store cannot read some lines.' });

export const LogCoverageView = z
  .object({
    source: z
      .enum(['store', 'cluster'])
      .describe(
        'Where the lines stand: in the store, or, of one pod that is not collected, in the cluster itself, which keeps little.',
      )
      .meta({ examples: ['store'] }),
    containersExpected: count(
      'Containers that the question is about and that are to be collected; absent where nothing is collected.',
      12,
    ).optional(),
    containersPresent: count('Those of them whose lines are all here.', 11).optional(),
    behind: z.array(LogLag).describe('Containers that are behind, the worst first; at most 100.'),
    gaps: z.array(LogGap).describe('Gaps that reach into the span, the newest first; at most 100.'),
    lost: z.array(LostLogs).describe('Spans of which the store cannot read some lines.'),
  })
  .meta({ id: 'LogCoverage', description: 'What the answer may lack.' });
export type LogCoverageView = z.infer<typeof LogCoverageView>;

/** What every answer about logs tells of itself. */
export const answerFields = {
  coverage: LogCoverageView.describe('What the answer may lack.'),
  tookMs: count('How long it took, milliseconds, waiting included.', 12),
};
