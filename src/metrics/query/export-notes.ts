/**
 * What is said of an export beside its rows. It is said before them, for the formats have no place for it; so when more comes to light while they are read (a damaged file
 * is set aside when it is met), the export breaks off rather than end as if it were whole. Asked again, it says so from the start.
 */
export class ExportNotes {
  private said: readonly string[] = [];

  /**
   * @param lost which spans of what is read are lost, as far as is known by now
   * @param others what else is said; asked once
   */
  constructor(
    private readonly lost: () => Promise<readonly string[]>,
    private readonly others: () => Promise<readonly string[]>,
  ) {}

  /** What was known when the first piece was there. */
  get told(): readonly string[] {
    return this.said;
  }

  /** The pieces; the last is given only when no further loss has come to light since the first. @throws Error when one has */
  async *watch(chunks: AsyncIterable<string>): AsyncGenerator<string> {
    let held: string | undefined;
    let known: string | undefined;
    for await (const chunk of chunks) {
      if (held !== undefined) {
        known ??= await this.tell();
        yield held;
      }
      held = chunk;
    }
    known ??= await this.tell();
    const now = (await this.lost()).join(' ');
    if (now !== known) throw new Error(`Found while an export was read: ${now}`);
    if (held !== undefined) yield held;
  }

  private async tell(): Promise<string> {
    const lost = await this.lost();
    this.said = [...lost, ...(await this.others())];
    return lost.join(' ');
  }
}
