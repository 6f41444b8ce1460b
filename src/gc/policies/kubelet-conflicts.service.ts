import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { adviseMarks } from '../core/advise-marks.js';
import { toGcPolicy } from '../to-gc-policy.js';
import { GcNodes } from '../gc-nodes.js';
import type { KnownGcPolicy } from './gc-policies.service.js';
import { KubeletConfigs, type KubeletThresholds } from './kubelet-configs.port.js';
import { toGcExecution } from './to-gc-execution.js';

/** Kubelets are configured at their start: what they said is believed for so long. */
const KEPT_MS = 10 * 60_000;
/** One that said nothing is asked again sooner. */
const UNKNOWN_KEPT_MS = 30_000;
const ANSWER_LIMIT_MS = 3_000;
/** Asked at once for one answer; in a large cluster these stand for the rest, whose kubelets are asked with later answers. */
const MOST_ASKED = 20;

interface Told {
  readonly atMs: number;
  readonly marks: KubeletThresholds | undefined;
}

/** Compares policies with what the kubelets themselves do. */
@Injectable()
export class KubeletConflicts {
  readonly #told = new Map<string, Told>();

  constructor(
    private readonly kubelets: KubeletConfigs,
    private readonly nodes: GcNodes,
    private readonly clock: Clock,
  ) {}

  /** What is to be thought about, in sentences. Takes three seconds at most. */
  async warningsOf({ body }: KnownGcPolicy): Promise<string[]> {
    const policy = toGcPolicy(body);
    if (!policy.images?.targets.some(({ kind }) => kind === 'percent')) return [];
    const nodes = this.nodes.of(toGcExecution(body));
    await this.#ask(nodes);
    const { warnings, proposed } = adviseMarks(
      policy,
      nodes.map((node) => ({ node, marks: 'unknown', ...this.#told.get(node)?.marks })),
    );
    return proposed
      ? [...warnings, `Take a high mark of ${proposed.highPercent} % and a low mark of ${proposed.lowPercent} %.`]
      : [...warnings];
  }

  async #ask(nodes: readonly string[]): Promise<void> {
    const nowMs = this.clock.now();
    const due = nodes.filter((node) => {
      const told = this.#told.get(node);
      return !told || nowMs - told.atMs > (told.marks ? KEPT_MS : UNKNOWN_KEPT_MS);
    });
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const asked = due.slice(0, MOST_ASKED).map(async (node) => {
      const marks = await this.kubelets.thresholds(node, signal);
      this.#told.set(node, { atMs: nowMs, marks });
    });
    await Promise.all(asked);
    for (const [node, { atMs }] of this.#told) if (nowMs - atMs > 2 * KEPT_MS) this.#told.delete(node);
  }
}
