import type { Cancellable, FluxTableMetaData, QueryApi } from '@influxdata/influxdb-client';

/** One row of a Flux answer, as text. A table is what has one group key; its rows come one after the other. */
export class FluxRow {
  constructor(
    private readonly values: readonly string[],
    private readonly columns: ReadonlyMap<string, number>,
  ) {}

  /** Differs between two tables that come one after the other. */
  get table(): string {
    return this.text('table');
  }

  /** Ms since the epoch. */
  get atMs(): number {
    return Date.parse(this.text('_time'));
  }

  /** `''` where the table has no such column, as of a tag that a series lacks. */
  text(column: string): string {
    return this.values[this.columns.get(column) ?? -1] ?? '';
  }

  /** NaN where there is none. */
  number(column: string): number {
    const text = this.text(column);
    return text === '' ? Number.NaN : Number(text);
  }
}

/**
 * Gives each row to `take` as it arrives, until it returns `false`. An error that the server meets after it has begun to answer comes as a table of its
 * own, which the client takes for data: it rejects here, as does what `take` throws.
 */
export function readRows(api: QueryApi, flux: string, take: (row: FluxRow) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    let tableMeta: FluxTableMetaData | undefined;
    let columns = new Map<string, number>();
    let canceller: Cancellable | undefined;
    const end = (settle: () => void): void => {
      settle();
      canceller?.cancel();
    };
    api.queryRows(flux, {
      next(values, meta) {
        if (canceller?.isCancelled()) return;
        if (meta !== tableMeta) {
          tableMeta = meta;
          columns = new Map(meta.columns.map(({ label, index }) => [label, index]));
        }
        const row = new FluxRow(values, columns);
        if (columns.has('error') && columns.has('reference')) return end(() => reject(new Error(row.text('error'))));
        try {
          if (take(row) === false) end(resolve);
        } catch (error) {
          end(() => reject(error));
        }
      },
      error: reject,
      complete: resolve,
      useCancellable: (given) => (canceller = given),
    });
  });
}
