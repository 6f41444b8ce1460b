/** Looks at something again and again, one look at a time. */
export class RepeatedLook {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  /** @param look must not reject */
  constructor(
    private readonly look: () => Promise<void>,
    private readonly everyMs: number,
  ) {}

  /** Looks now, and from then on every `everyMs`; what is still running then is not begun again. */
  start(): void {
    const begin = (): void => {
      this.looking ??= this.look().finally(() => (this.looking = undefined));
    };
    begin();
    this.timer = setInterval(begin, this.everyMs);
  }

  /** Resolves when the look that runs has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }
}
