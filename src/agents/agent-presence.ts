import { Injectable } from '@nestjs/common';

/** Which agents this process hears of: those that wait here, and those that have spoken since the last look. */
@Injectable()
export class AgentPresence {
  private readonly waiting = new Map<string, number>();
  private readonly heard = new Set<string>();

  /** How many wait here at this moment. */
  get waitingCount(): number {
    return [...this.waiting.values()].reduce((sum, count) => sum + count, 0);
  }

  spoke(node: string): void {
    this.heard.add(node);
  }

  /** An agent of the node waits here until what is returned is called. */
  waits(node: string): () => void {
    this.waiting.set(node, (this.waiting.get(node) ?? 0) + 1);
    return () => {
      const left = (this.waiting.get(node) ?? 1) - 1;
      if (left > 0) this.waiting.set(node, left);
      else this.waiting.delete(node);
      this.heard.add(node);
    };
  }

  /** The nodes whose agents were heard of since the last call. */
  take(): string[] {
    const nodes = new Set([...this.waiting.keys(), ...this.heard]);
    this.heard.clear();
    return [...nodes];
  }
}
