import { isRestless, runAt } from './lifecycle.js';
import {
  CONTAINER_VALUES,
  measureContainer,
  measureNode,
  measurePod,
  NODE_VALUES,
  POD_VALUES,
  podStartMs,
} from './measure.js';
import type { SimNode } from './model.js';
import { StampSeries } from './stamps.js';
import { type PodPlace, summaryShape } from './summary-shape.js';
import { stampText, Template } from './template.js';

/** An answer that may be patched again only after everyone who is sending it has let go. */
export interface SummaryLease {
  readonly body: Buffer;
  release(): void;
}

/**
 * One kubelet's `/stats/summary`: as a real one, it looks at its containers every 10 to 15 seconds and answers from memory in between. The JSON is written when the
 * set of containers changes and otherwise only patched.
 */
export class Summary {
  private readonly stamps: StampSeries;
  private template: Template | undefined;
  private body: Buffer = Buffer.alloc(0);
  private readers = { count: 0 };
  private values = new Float64Array(0);
  private places: PodPlace[] = [];
  private lagsMs: number[] = [];
  private shapeKey = '';
  private renderedKey = '';

  constructor(
    seed: number,
    private readonly node: SimNode,
  ) {
    this.stamps = new StampSeries(seed, node.name);
  }

  /** The answer at a moment; `skewMs` moves its stamps only. */
  at(nowMs: number, skewMs = 0): SummaryLease {
    const stamp = this.stamps.at(nowMs);
    const shapeKey = this.shapeAt(stamp.atMs);
    if (shapeKey !== this.shapeKey || !this.template) this.reshape(stamp.atMs, shapeKey);
    const renderedKey = `${shapeKey} ${stamp.atMs} ${skewMs}`;
    if (renderedKey !== this.renderedKey) {
      if (this.readers.count > 0) {
        this.body = Buffer.from(this.body);
        this.readers = { count: 0 };
      }
      this.render(stamp, skewMs);
      this.renderedKey = renderedKey;
    }
    const readers = this.readers;
    readers.count++;
    return { body: this.body, release: () => void readers.count-- };
  }

  private render(stamp: { atMs: number; previousMs: number }, skewMs: number): void {
    const { values, places } = this;
    const texts = [stamp.atMs, ...this.lagsMs.map((lagMs) => stamp.atMs - lagMs)];
    places.forEach((place, index) => {
      const lagMs = this.lagsMs[index] ?? 0;
      const podStamp = { atMs: stamp.atMs - lagMs, previousMs: stamp.previousMs - lagMs };
      for (const { container, base } of place.containers) {
        measureContainer(container, runAt(place.pod, container, podStamp.atMs), podStamp, values, base);
      }
      const containerBases = place.containers.map((entry) => entry.base);
      measurePod(place.pod, podStamp, values, place.base, containerBases);
    });
    const podBases = places.map((place) => place.base);
    measureNode(this.node, stamp, values, podBases);
    const stamps = texts.map((atMs) => Buffer.from(stampText(atMs + skewMs), 'latin1'));
    this.template?.patch(this.body, values, stamps);
  }

  /** Says which containers run at a moment: what the JSON's constant parts depend on. */
  private shapeAt(atMs: number): string {
    let key = `${this.node.revision}`;
    for (const pod of this.node.pods) {
      const podAtMs = atMs - this.stamps.podLagMs(pod.uid);
      if (pod.createdMs > atMs - 30_000) key += pod.createdMs <= podAtMs ? ' young' : ' unseen';
      if (!isRestless(pod)) continue;
      for (const container of pod.containers) {
        const run = runAt(pod, container, podAtMs);
        key += run.isRunning ? ` ${run.startedMs}` : ' -';
      }
    }
    return key;
  }

  private reshape(atMs: number, shapeKey: string): void {
    let next = NODE_VALUES;
    this.places = [];
    this.lagsMs = [];
    for (const pod of this.node.pods) {
      const lagMs = this.stamps.podLagMs(pod.uid);
      if (atMs - lagMs < pod.createdMs || (pod.endMs !== undefined && atMs - lagMs >= pod.endMs)) continue;
      const base = next;
      next += POD_VALUES;
      const containers = [];
      for (const container of pod.containers) {
        const run = runAt(pod, container, atMs - lagMs);
        if (!run.isRunning) continue;
        containers.push({ container, base: next, startedMs: run.startedMs });
        next += CONTAINER_VALUES;
      }
      this.places.push({ pod, base, containers, startMs: podStartMs(pod) });
      this.lagsMs.push(lagMs);
    }
    this.values = new Float64Array(next);
    this.template = new Template(summaryShape(this.node, this.places));
    this.body = this.template.buffer;
    this.readers = { count: 0 };
    this.shapeKey = shapeKey;
  }
}
