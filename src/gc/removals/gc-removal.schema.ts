import { z } from 'zod';
import { isInstant } from '../../auth/cursor-parts.js';
import { instantAt, parseTime, TimeError } from '../../core/time-range.js';
import { decodeCursor, encodeCursor, listOf, pageQuery, type Page } from '../../platform/http/paging.js';
import { invalidInput } from '../../platform/errors.js';
import { GC_REMOVAL_RESULTS, type GcRemovalFilter, type GcRemovalRow } from './gc-removal-records.port.js';
import { text } from '../../platform/http/described.js';

const RUN = '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e';
const bytes = (description: string, example: number) =>
  z
    .int()
    .describe(description)
    .meta({ examples: [example] });
const time = (description: string, example: string) =>
  z
    .string()
    .max(64)
    .transform((written, context) => {
      try {
        return parseTime(written);
      } catch (error) {
        if (!(error instanceof TimeError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    })
    .optional()
    .describe(description)
    .meta({ examples: [example] });

export const GcRemovalView = z
  .object({
    at: z.iso
      .datetime()
      .describe('When.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    node: text('Where.', 'node-1'),
    run: z
      .uuid()
      .describe('In which run.')
      .meta({ examples: [RUN] }),
    startedBy: text('Who started the run.', 'ann'),
    policy: text('Of which policy.', 'nightly'),
    rule: text("By which of its rules; the program's own begin with `built-in/`.", 'old-snapshots'),
    kind: z
      .enum(['image', 'container', 'sandbox', 'log'])
      .describe('What it was.')
      .meta({ examples: ['image'] }),
    item: text('Its key in the plan.', 'image/sha256:0f1e'),
    name: text('Its name for people: a tag or digest, a container, a path.', 'registry.example/shop/web:1.2.3'),
    because: text('Why it was planned.', 'unused for 40 days'),
    result: z
      .enum(GC_REMOVAL_RESULTS)
      .describe(
        '`absent`: gone already. `kept`: left, since it had changed since the plan. `unknown`: begun, and nobody told of its end.',
      )
      .meta({ examples: ['removed'] }),
    resultBecause: text('Why it came so.', 'in use by shop/web-1 since the plan'),
    sizeBytes: bytes('As the runtime reported it, in bytes.', 120_000_000),
    estimatedBytes: bytes('What the plan expected to be freed, in bytes.', 90_000_000),
    freedBytes: bytes(
      'By the file system before and after, in bytes; absent where nothing was removed.',
      88_000_000,
    ).optional(),
  })
  .meta({ id: 'GcRemoval', description: 'What became of one item of a plan that a run came to.' });
export type GcRemovalView = z.infer<typeof GcRemovalView>;

export const GcRemovalList = listOf('GcRemovalList', GcRemovalView, 'Removals, newest first.');

export const GcRemovalQuery = z.strictObject({
  ...pageQuery,
  node: text('Only on this node.', 'node-1').min(1).max(253).optional(),
  run: z
    .uuid()
    .optional()
    .describe('Only of this run.')
    .meta({ examples: [RUN] }),
  policy: text('Only of this policy.', 'nightly').min(1).max(63).optional(),
  result: z
    .enum(GC_REMOVAL_RESULTS)
    .optional()
    .describe('Only those that came so.')
    .meta({ examples: ['failed'] }),
  search: text('Only those whose name contains this, in any case of letters.', 'shop/web').min(1).max(253).optional(),
  from: time('Not before: RFC 3339, epoch seconds or milliseconds, or a distance from now.', '-7d'),
  to: time('Before this.', 'now'),
});
export type GcRemovalQuery = z.infer<typeof GcRemovalQuery>;

/** The filter that a query asks for, as of `nowMs`. */
export function removalFilter(query: GcRemovalQuery, nowMs: number): GcRemovalFilter {
  const { from, to, limit: _, cursor: __, ...filter } = query;
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(from === undefined ? {} : { fromMs: instantAt(from, nowMs) }),
    ...(to === undefined ? {} : { toMs: instantAt(to, nowMs) }),
  };
}

/** Cuts a page out of one row more than it may have. */
export function removalPage(rows: readonly GcRemovalRow[], limit: number): Page<GcRemovalView> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(removalView),
    ...(rows.length > limit && last ? { nextCursor: encodeCursor([last.atMs, last.sequence]) } : {}),
  };
}

/** @throws ProblemError 400 when the cursor is none of this list */
export function removalPlace(cursor: string | undefined): { atMs: number; sequence: number } | undefined {
  if (cursor === undefined) return undefined;
  const [atMs, sequence] = decodeCursor(cursor, 2);
  if (isInstant(atMs) && typeof sequence === 'number' && Number.isSafeInteger(sequence)) return { atMs, sequence };
  throw invalidInput('cursor', 'is not a cursor of this list; leave it out to begin at the start');
}

function removalView(row: GcRemovalRow): GcRemovalView {
  const { atMs, sequence: _, ...rest } = row;
  return { at: new Date(atMs).toISOString(), ...rest };
}
