import { sql, type Kysely } from 'kysely';
import type { ClosedCycles, MissedNode } from '../../metrics/collect/cycle-records.port.js';

interface Sums {
  readonly cycles: number;
  readonly newest: Date | null;
  readonly oldest: Date | null;
  readonly expected: number;
  readonly present: number;
  readonly missing: readonly MissedNode[];
}

/** So many entries of missing nodes are read at the most: those of the newest cycles. */
const MOST_MISSING = 20_000;

/** `CycleRecords.sumClosed`: summed in the database, for reading a day's cycles to sum them here takes ten times as long. */
export async function sumClosedCycles<Tables>(
  tables: Kysely<Tables>,
  { fromMs, beforeMs, limit }: { readonly fromMs: number; readonly beforeMs: number; readonly limit: number },
): Promise<ClosedCycles> {
  const { rows } = await sql<Sums>`
    WITH closed AS MATERIALIZED (
      SELECT cycle_at, nodes_expected, nodes_present,
             sum(greatest(nodes_expected - nodes_present, 0)) OVER (ORDER BY cycle_at DESC) AS missing_so_far
      FROM metric_cycles
      WHERE cycle_at >= ${new Date(fromMs)} AND cycle_at < ${new Date(beforeMs)} AND closed_at IS NOT NULL
      ORDER BY cycle_at DESC LIMIT ${limit}
    ), away AS (
      SELECT entry ->> 'node' AS node, count(*) AS cycles_missed, max(closed.cycle_at) AS last_at,
             (array_agg(entry ORDER BY closed.cycle_at DESC))[1] AS newest
      FROM closed JOIN metric_cycles AS whole USING (cycle_at), jsonb_array_elements(whole.missing) AS entry
      WHERE closed.nodes_present < closed.nodes_expected
        AND (closed.missing_so_far <= ${MOST_MISSING} OR closed.cycle_at = (SELECT max(cycle_at) FROM closed))
      GROUP BY entry ->> 'node'
    )
    SELECT count(*)::integer AS cycles, max(cycle_at) AS newest, min(cycle_at) AS oldest,
           coalesce(max(nodes_expected), 0) AS expected, coalesce(max(nodes_present), 0) AS present,
           (SELECT coalesce(jsonb_agg(newest || jsonb_build_object('cyclesMissed', cycles_missed,
                     'lastMissedAtMs', (extract(epoch FROM last_at) * 1000)::bigint) ORDER BY node COLLATE "C"), '[]')
            FROM away) AS missing
    FROM closed`.execute(tables);
  const [sums] = rows;
  if (!sums) throw new Error('An aggregate without groups has one row');
  return {
    cycles: sums.cycles,
    ...(sums.newest ? { newestCycleAtMs: sums.newest.getTime() } : {}),
    ...(sums.oldest ? { oldestCycleAtMs: sums.oldest.getTime() } : {}),
    mostNodesExpected: sums.expected,
    mostNodesPresent: sums.present,
    missing: sums.missing,
  };
}
