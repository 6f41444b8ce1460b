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

/** Takes a row: `false` ends the answer, and while a promise waits the server waits too. */
export type TakeRow = (row: FluxRow) => unknown;

/**
 * Gives each row to `take` as it arrives. An error that the server meets after it has begun to answer comes as a table of its own, which the client takes for
 * data: it rejects here, as does what `take` throws.
 */
export function readRows(api: QueryApi, flux: string, take: TakeRow): Promise<void> {
  return new Promise((resolve, reject) => {
    let tableMeta: FluxTableMetaData | undefined;
    let columns = new Map<string, number>();
    let canceller: Cancellable | undefined;
    let taking: Promise<unknown> = Promise.resolve();
    const end = (settle: () => void): void => {
      settle();
      canceller?.cancel();
    };
    const fail = (error: unknown): void => end(() => reject(error));
    api.queryRows(flux, {
      next(values, meta) {
        if (canceller?.isCancelled()) return true;
        if (meta !== tableMeta) {
          tableMeta = meta;
          columns = new Map(meta.columns.map(({ label, index }) => [label, index]));
        }
        const row = new FluxRow(values, columns);
        try {
          if (columns.has('error') && columns.has('reference')) throw new Error(row.text('error'));
          const taken = take(row);
          if (taken === false) end(resolve);
          if (!(taken instanceof Promise)) return true;
          taking = taken;
          return false;
        } catch (error) {
          fail(error);
          return true;
        }
      },
      error: reject,
      complete: resolve,
      useCancellable: (given) => (canceller = given),
      useResume: (resume) => void taking.then(resume, fail),
    });
  });
}
