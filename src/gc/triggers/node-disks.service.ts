import { Inject, Injectable } from '@nestjs/common';
import { usualLookbackMs } from '../../metrics/core/usual-lookback.js';
import { MetricReader } from '../../metrics/metric-store.port.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';

/** A file system that images, containers or logs are kept on, as it was when metrics were last collected. */
export interface NodeDisk {
  /** `/`, `imageFs`, `containerFs`, `logs`. */
  readonly name: string;
  readonly capacityBytes: number;
  /** All that is not available, whoever took it. */
  readonly usedBytes: number;
  /** 0 to 1. */
  readonly usedShare: number;
}

const FILE_SYSTEMS = new Set(['/', 'imageFs', 'containerFs', 'logs']);
/** Four file systems each of the largest clusters' nodes. */
const MOST_VALUES = 100_000;

/** How full the nodes' disks are, from the collected metrics. */
@Injectable()
export class NodeDisks {
  constructor(
    private readonly metrics: MetricReader,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metricResolutionMs'>,
  ) {}

  /** By node; a node whose metrics are not fresh is left out. */
  async newest(): Promise<ReadonlyMap<string, readonly NodeDisk[]>> {
    const [capacity, available] = await Promise.all([
      this.#values('filesystem/limit'),
      this.#values('filesystem/available'),
    ]);
    const disks = new Map<string, NodeDisk[]>();
    for (const [key, { node, name, value: capacityBytes }] of capacity) {
      const availableBytes = available.get(key)?.value;
      if (availableBytes === undefined || capacityBytes <= 0) continue;
      const usedBytes = Math.max(capacityBytes - availableBytes, 0);
      const disk = { name, capacityBytes, usedBytes, usedShare: usedBytes / capacityBytes };
      disks.set(node, [...(disks.get(node) ?? []), disk]);
    }
    return disks;
  }

  async #values(metric: string): Promise<ReadonlyMap<string, { node: string; name: string; value: number }>> {
    const values = await this.metrics.instant({
      metric,
      select: { type: 'node' },
      atMs: this.clock.now(),
      lookbackMs: usualLookbackMs(this.config.metricResolutionMs),
      limit: MOST_VALUES,
      order: 'object',
    });
    return new Map(
      values.flatMap(({ object: { node, resource }, value }) =>
        node !== undefined && resource !== undefined && FILE_SYSTEMS.has(resource)
          ? [[`${node} ${resource}`, { node, name: resource, value }] as const]
          : [],
      ),
    );
  }
}
