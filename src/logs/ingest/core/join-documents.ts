import { LineJoiner, type JoinedLine } from '../../core/join/line-joiner.js';
import { PartialJoiner, type WholeLine } from '../../core/join/partial-joiner.js';
import type { DocumentLine } from '../../core/shippers/read-document.js';
import { recordOfDocument } from '../../core/shippers/record-of-document.js';

/** A document's line and its item's place in the request. */
export interface PlacedLine {
  readonly line: DocumentLine;
  readonly item: number;
}

/** A record, and the items that it was made of. */
export interface PlacedRecord {
  readonly record: JoinedLine<never>['record'];
  readonly items: readonly number[];
}

type Part = PlacedLine & { readonly text: string; readonly isPartial: boolean };

interface Source {
  /** Absent until a part comes. */
  parts?: PartialJoiner<Part>;
  readonly traces: LineJoiner<readonly number[]>;
}

/**
 * Makes records of the lines of one request: joins the parts of a line and the lines of a stack trace, of one stream of one container each. Nothing is held for a later request, since
 * what is acknowledged must be stored. A document with an id stays a record of its own, so that it is known again however requests are cut; so does one that names neither container nor unit.
 */
export class DocumentJoiner {
  private readonly sources = new Map<string, Source>();
  /** The same by the very object that says where a line comes from, which lines mostly share; by stream. */
  private readonly seen = { stdout: new Map<object, Source>(), stderr: new Map<object, Source>() };

  push(placed: PlacedLine): PlacedRecord[] {
    const { line, item } = placed;
    const source = this.sourceOf(line);
    if (!source) return [{ record: recordOfDocument(line), items: [item] }];
    if (!line.isPartial && (source.parts?.isIdle ?? true))
      return source.traces.push(recordOfDocument(line), [item], 0).map(toPlaced);
    source.parts ??= new PartialJoiner();
    const whole = source.parts.push({ ...placed, text: line.text, isPartial: line.isPartial });
    return whole ? joined(source, whole) : [];
  }

  /** What is left when the request is at its end. */
  flush(): PlacedRecord[] {
    return [...this.sources.values()].flatMap((source) => {
      const whole = source.parts?.flush();
      return [...(whole ? joined(source, whole) : []), ...source.traces.flush().map(toPlaced)];
    });
  }

  private sourceOf(line: DocumentLine): Source | undefined {
    if (line.facts.documentId !== undefined) return undefined;
    const seen = line.stream && this.seen[line.stream];
    const last = seen?.get(line.origin);
    if (last) return last;
    const key = sourceKey(line);
    if (key === undefined) return undefined;
    const source = this.sources.get(key) ?? { traces: new LineJoiner() };
    this.sources.set(key, source);
    seen?.set(line.origin, source);
    return source;
  }
}

function sourceKey({ origin, stream }: DocumentLine): string | undefined {
  const { namespace, pod, podUid, container, containerId, node, unit } = origin;
  if (pod !== undefined) return `${namespace}\0${pod}\0${podUid}\0${container}\0${containerId}\0${stream}`;
  return unit === undefined ? undefined : `${node}\0${unit}\0${stream}`;
}

function joined({ traces }: Source, { first, text, cutBytes, parts }: WholeLine<Part>): PlacedRecord[] {
  const record = recordOfDocument(first.line, text, cutBytes);
  const items = parts.map(({ item }) => item);
  return traces.push(record, items, 0).map(toPlaced);
}

function toPlaced({ record, marks }: JoinedLine<readonly number[]>): PlacedRecord {
  const [first = [], ...others] = marks;
  return { record, items: others.length === 0 ? first : marks.flat() };
}
