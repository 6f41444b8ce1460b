import { readPodOrigin, type DocumentOrigin } from './read-origin.js';
import { isObject, parseObject, type JsonObject } from './value-at.js';

/** A document, and where its line comes from where that was known before. */
export interface ReadDocument {
  readonly document: JsonObject;
  /** The same object for all documents with the same end. */
  readonly origin?: DocumentOrigin;
}

interface Tail {
  readonly members: JsonObject;
  readonly origin: DocumentOrigin | undefined;
}

const TAIL = ',"kubernetes":{';
/** Of the texts of ends, in each of two generations. */
const MOST_CHARACTERS = 2_000_000;

/**
 * Parses the documents of shippers that write what they know of the container last, as Fluent Bit does. That end is two thirds of most documents and the same in all of a container: it is
 * parsed once, and its documents share what was made of it. What is found is what `JSON.parse` finds of the whole: where the beginning with a closing brace is an object with members, and the
 * end with an opening one is an object, both together are their union.
 */
export class KnownTails {
  private tails = new Map<string, Tail>();
  private older: ReadonlyMap<string, Tail> = new Map();
  private characters = 0;

  /** Undefined for what is no JSON object. */
  parse(text: string): ReadDocument | undefined {
    const start = text.indexOf(TAIL);
    const tail = start > 1 ? this.tailOf(text.slice(start)) : undefined;
    const head = tail && parseObject(`${text.slice(0, start)}}`);
    if (!tail || !head || Object.keys(head).length === 0) {
      const document = parseObject(text);
      return document && { document };
    }
    const document: JsonObject = Object.assign(head, tail.members);
    return tail.origin ? { document, origin: tail.origin } : { document };
  }

  private tailOf(text: string): Tail | undefined {
    const known = this.tails.get(text);
    if (known) return known;
    const tail = this.older.get(text) ?? read(text);
    if (tail) this.keep(text, tail);
    return tail;
  }

  private keep(text: string, tail: Tail): void {
    if (this.characters + text.length > MOST_CHARACTERS) {
      this.older = this.tails;
      this.tails = new Map();
      this.characters = 0;
    }
    this.characters += text.length;
    this.tails.set(Buffer.from(text).toString(), tail); // a copy: a slice would keep the whole body
  }
}

function read(text: string): Tail | undefined {
  const members = parseObject(`{${text.slice(1)}`);
  // `Object.assign` would take it for the prototype.
  if (!members || Object.hasOwn(members, '__proto__')) return undefined;
  const { kubernetes } = members;
  return { members, origin: isObject(kubernetes) ? readPodOrigin(kubernetes) : undefined };
}
