import type { LogSegment } from './log-segment.js';

const DAY_NS = 86_400_000_000_000n;
/** Segments of a like size that are put together. */
const FEWEST = 4;
/** A segment becomes no larger by being put together. */
const MOST_LINES = 600_000;
const MOST_BYTES = 200_000_000;
const SMALLEST_CLASS_LINES = 4_096;

type Sized = Pick<LogSegment, 'file' | 'lines' | 'bytes' | 'firstTime'>;

/**
 * Which segments to put together: neighbours of one day and of a like size (within a factor of four), at least four, so that a line is written anew a few times at
 * most. Of days that are over, two will do.
 */
export function planMerges<Segment extends Sized>(segments: readonly Segment[], nowNs: bigint): Segment[][] {
  const today = nowNs / DAY_NS;
  const byDay = Map.groupBy(segments, ({ firstTime }) => firstTime / DAY_NS);
  return [...byDay].flatMap(([day, ofDay]) => {
    const isOver = day + 1n < today;
    const bySize = Map.groupBy(ofDay, ({ lines }) =>
      isOver ? Math.min(1, Math.floor((2 * lines) / MOST_LINES)) : sizeClass(lines),
    );
    return [...bySize.values()].flatMap((alike) => runsOf(alike, isOver ? 2 : FEWEST));
  });
}

function sizeClass(lines: number): number {
  return Math.max(0, Math.floor(Math.log(lines / SMALLEST_CLASS_LINES) / Math.log(4)));
}

/** Neighbours in time that are not too large together. */
function runsOf<Segment extends Sized>(alike: readonly Segment[], fewest: number): Segment[][] {
  const sorted = [...alike].sort((left, right) => (left.firstTime < right.firstTime ? -1 : 1));
  const runs: Segment[][] = [];
  let run: Segment[] = [];
  let [lines, bytes] = [0, 0];
  for (const segment of sorted) {
    if (lines + segment.lines > MOST_LINES || bytes + segment.bytes > MOST_BYTES) {
      runs.push(run);
      run = [];
      [lines, bytes] = [0, 0];
    }
    run.push(segment);
    lines += segment.lines;
    bytes += segment.bytes;
  }
  return [...runs, run].filter(({ length }) => length >= fewest);
}
