import { BIGINT, type DuckDBConnection, type DuckDBValue, UINTEGER, UTINYINT, VARCHAR } from '@duckdb/node-api';
import { LOG_LEVELS, type LogLevel } from '../../../logs/core/log-level.js';
import type { LogRecord } from '../../../logs/core/log-record.js';
import { appendRows, setRow } from '../append-rows.js';
import { chunkTables, linesTable, originsTable } from './log-columns.js';

const LINE_TYPES = [BIGINT, BIGINT, BIGINT, UINTEGER, UTINYINT, UINTEGER, VARCHAR, VARCHAR, VARCHAR, UINTEGER];
const ORIGIN_TYPES = [
  UINTEGER,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  UINTEGER,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
  VARCHAR,
];
/** Letters whose lower case JavaScript and DuckDB see differently: it depends on what stands around them, or is two letters. */
const ODD_CASE = /[\u0130\u03a3]/;
const LEVEL_CODES = new Map<LogLevel, number>(LOG_LEVELS.map((level, index) => [level, index + 1]));

/** The chunk that lines are appended to at present. */
export class OpenChunk {
  lines = 0;
  bytes = 0;
  private readonly origins = new Map<string, number>();
  private readonly labelled = new WeakMap<object, Labelled>();

  constructor(
    readonly number: number,
    readonly openedAtMs: number,
  ) {}

  /** Within a transaction. */
  async create(connection: DuckDBConnection): Promise<void> {
    for (const statement of chunkTables(this.number)) await connection.run(statement);
  }

  /** Within a transaction. @param firstArrival the number of the first record; the others follow */
  async append(connection: DuckDBConnection, records: readonly LogRecord[], firstArrival: bigint): Promise<void> {
    const newOrigins: { readonly id: number; readonly record: LogRecord; readonly labels: string | null }[] = [];
    await appendRows(connection, {
      table: linesTable(this.number),
      types: LINE_TYPES,
      rowCount: records.length,
      write: (columns, row, index) => {
        const record = records[index];
        if (!record) return;
        const origin = this.originOf(record, (id, labels) => newOrigins.push({ id, record, labels }));
        this.bytes += record.message.length;
        const { timeNs, observedNs, sequence, level, cutBytes, message, fields } = record;
        const lowered = ODD_CASE.test(message) ? message.toLowerCase() : null;
        const set = (column: number, value: DuckDBValue): void => columns[column]?.setItem(row, value);
        set(0, timeNs);
        set(1, observedNs);
        set(2, firstArrival + BigInt(index));
        set(3, sequence);
        set(4, level === undefined ? null : (LEVEL_CODES.get(level) ?? null));
        set(5, cutBytes ?? null);
        set(6, message);
        set(7, lowered);
        set(8, fields === undefined ? null : JSON.stringify(fields));
        set(9, origin);
      },
    });
    await appendRows(connection, {
      table: originsTable(this.number),
      types: ORIGIN_TYPES,
      rowCount: newOrigins.length,
      write: (columns, row, index) => {
        const origin = newOrigins[index];
        if (origin) setRow(columns, row, [origin.id, ...originValues(origin.record, origin.labels)]);
      },
    });
    this.lines += records.length;
  }

  /** Records of one pod mostly share the object that holds its labels, so few need their origin's text. */
  private originOf(record: LogRecord, onNew: (id: number, labels: string | null) => void): number {
    const { labels } = record;
    if (!labels) return this.originOfText(record, null, onNew);
    let labelled = this.labelled.get(labels);
    if (!labelled) {
      labelled = { text: JSON.stringify(labels), origins: [] };
      this.labelled.set(labels, labelled);
    }
    const known = labelled.origins.find((origin) => isSameOrigin(origin.record, record));
    if (known) return known.id;
    const id = this.originOfText(record, labelled.text, onNew);
    if (labelled.origins.length < ORIGINS_OF_LABELS) labelled.origins.push({ id, record });
    return id;
  }

  private originOfText(
    record: LogRecord,
    labels: string | null,
    onNew: (id: number, labels: string | null) => void,
  ): number {
    const key = originKey(record, labels);
    const known = this.origins.get(key);
    if (known !== undefined) return known;
    const id = this.origins.size;
    this.origins.set(key, id);
    onNew(id, labels);
    return id;
  }
}

/** What is known of an object that holds labels: its text, and the origins that bear it. */
interface Labelled {
  readonly text: string;
  readonly origins: { readonly id: number; readonly record: LogRecord }[];
}

/** Containers and streams of a pod that are found without their origin's text. */
const ORIGINS_OF_LABELS = 8;

function isSameOrigin(one: LogRecord, other: LogRecord): boolean {
  return (
    one.container === other.container &&
    one.stream === other.stream &&
    one.pod === other.pod &&
    one.namespace === other.namespace &&
    one.podUid === other.podUid &&
    one.containerId === other.containerId &&
    one.restart === other.restart &&
    one.node === other.node &&
    one.workload === other.workload &&
    one.unit === other.unit &&
    one.source === other.source
  );
}

function originValues(record: LogRecord, labels: string | null): (string | number | null)[] {
  const { namespace, pod, podUid, container, containerId, restart, node, workload, unit, stream, source } = record;
  const values = [
    namespace,
    pod,
    podUid,
    container,
    containerId,
    restart,
    node,
    workload,
    labels,
    unit,
    stream,
    source,
  ];
  return values.map((value) => value ?? null);
}

/** NUL stands in no name of Kubernetes; SOH stands for what is absent. */
function originKey(record: LogRecord, labels: string | null): string {
  const { namespace, pod, podUid, container, containerId, restart, node, workload, unit, stream, source } = record;
  const absent = '\u0001';
  return (
    `${namespace ?? absent}\0${pod ?? absent}\0${podUid ?? absent}\0${container ?? absent}\0${containerId ?? absent}\0${restart ?? absent}\0` +
    `${node ?? absent}\0${workload ?? absent}\0${unit ?? absent}\0${stream ?? absent}\0${source}\0${labels ?? absent}`
  );
}
