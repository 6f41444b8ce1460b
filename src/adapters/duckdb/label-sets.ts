export type Labels = Readonly<Record<string, string>>;

export const NO_LABELS: Labels = {};

/** Label sets by id; pods of one workload mostly share theirs. Id 0 is the empty set. */
export class LabelSets {
  private byLabels = new WeakMap<Labels, number>();
  private byText = new Map<string, number>([['{}', 0]]);
  private nextId = 1;
  private fresh: { id: number; text: string }[] = [];

  /** The set's id. The same object is found again without looking into it, so callers should hand over the one that they keep. */
  idOf(labels: Labels): number {
    const known = this.byLabels.get(labels);
    if (known !== undefined) return known;
    const text = labelText(labels);
    let id = this.byText.get(text);
    if (id === undefined) {
      id = this.nextId;
      this.nextId += 1;
      this.byText.set(text, id);
      this.fresh.push({ id, text });
    }
    this.byLabels.set(labels, id);
    return id;
  }

  /** Takes a set that the store holds already. */
  learn(id: number, text: string): void {
    this.byText.set(text, id);
  }

  /** The sets that were made since the last call: the caller writes them. */
  takeFresh(): { id: number; text: string }[] {
    const fresh = this.fresh;
    this.fresh = [];
    return fresh;
  }

  /**
   * Forgets everything; a set that is made again gets another id, which readers do not mind. No id is given twice, also when the sets that had the highest are gone: readers keep what an
   * id means (`KnownLabels`).
   */
  clear(nextId: number): void {
    this.byLabels = new WeakMap();
    this.byText = new Map([['{}', 0]]);
    this.nextId = Math.max(this.nextId, nextId);
    this.fresh = [];
  }
}

/** One text for equal sets, whatever the order of their keys. */
function labelText(labels: Labels): string {
  return JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))));
}
