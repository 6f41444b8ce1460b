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
  readonly parts: PartialJoiner<Part>;
  readonly traces: LineJoiner<readonly number[]>;
}

/**
 * Makes records of the lines of one request: joins the parts of a line and the lines of a stack trace, of one stream of one container each. Nothing is held for a later request, since
 * what is acknowledged must be stored. A document with an id stays a record of its own, so that it is known again however requests are cut; so does one that names neither container nor unit.
 */
export class DocumentJoiner {
  private readonly sources = new Map<string, Source>();

  push(placed: PlacedLine): PlacedRecord[] {
    const { line, item } = placed;
    const key = sourceOf(line);
    if (key === undefined) return [{ record: recordOfDocument(line), items: [item] }];
    const source = this.source(key);
    if (!line.isPartial && source.parts.isIdle)
      return source.traces.push(recordOfDocument(line), [item], 0).map(toPlaced);
    const whole = source.parts.push({ ...placed, text: line.text, isPartial: line.isPartial });
    return whole ? joined(source, whole) : [];
  }

  /** What is left when the request is at its end. */
  flush(): PlacedRecord[] {
    return [...this.sources.values()].flatMap((source) => {
      const whole = source.parts.flush();
      return [...(whole ? joined(source, whole) : []), ...source.traces.flush().map(toPlaced)];
    });
  }

  private source(key: string): Source {
    const known = this.sources.get(key);
    if (known) return known;
    const source: Source = { parts: new PartialJoiner(), traces: new LineJoiner() };
    this.sources.set(key, source);
    return source;
  }
}

function sourceOf({ origin, stream }: DocumentLine): string | undefined {
  const { documentId, namespace, pod, podUid, container, containerId, node, unit } = origin;
  if (documentId !== undefined) return undefined;
  if (pod !== undefined) return `${namespace}\0${pod}\0${podUid}\0${container}\0${containerId}\0${stream}`;
  return unit === undefined ? undefined : `${node}\0${unit}\0${stream}`;
}

function joined({ traces }: Source, { first, text, cutBytes, parts }: WholeLine<Part>): PlacedRecord[] {
  const record = recordOfDocument(first.line, text, cutBytes);
  const items = parts.map(({ item }) => item);
  return traces.push(record, items, 0).map(toPlaced);
}

function toPlaced({ record, marks }: JoinedLine<readonly number[]>): PlacedRecord {
  return { record, items: marks.flat() };
}
