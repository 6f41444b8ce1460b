import { Injectable } from '@nestjs/common';
import type { Found } from '../../agents/agent-findings.service.js';
import type { Inventory } from '../../agents/core/inventory.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import type { ClusterPod } from '../../cluster/core/cluster-objects.js';
import type { LedgerRow } from '../core/ledger-row.js';
import { Clock } from '../../platform/clock.js';
import { foldInventory } from '../core/fold-inventory.js';
import { foldStarts, type ContainerStart } from '../core/fold-starts.js';
import { ImageLedgerRecords, type NamedLedgerRow, type NodeLedger } from './image-ledger-records.port.js';

/** When the images of each node were first seen and last used. */
@Injectable()
export class ImageLedger {
  constructor(
    private readonly records: ImageLedgerRecords,
    private readonly view: ClusterView,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes in what an inventory says, and the containers that the pod watch has seen start on its node. What was kept before the node was made is of another machine
   * of its name, and is forgotten.
   * @returns the node's ledger; of an inventory whose images or containers are not known: as it was
   */
  async takeIn({ node, receivedAtMs, body }: Found<Inventory>): Promise<NodeLedger> {
    const isWhole = !body.failed.some(({ list }) => list === 'images' || list === 'containers');
    const nowMs = this.clock.now();
    const starts = this.view.podsOnNode(node).flatMap(startsOf);
    const madeAtMs = this.view.node(node)?.createdAtMs ?? -Infinity;
    let ledger: NodeLedger = { sinceMs: receivedAtMs, rows: [] };
    await this.records.update(node, receivedAtMs, (kept) => {
      const known = kept && kept.sinceMs >= madeAtMs ? kept : undefined;
      ledger = known ?? ledger;
      const newestMs = known?.receivedAtMs ?? -Infinity;
      const isOlder = newestMs > receivedAtMs && newestMs <= nowMs; // what lies ahead was written while the clock was wrong
      if (!isWhole || isOlder) return kept;
      ledger = {
        sinceMs: ledger.sinceMs,
        receivedAtMs,
        rows: named(foldStarts(foldInventory(ledger.rows, body, receivedAtMs), body.images, starts, nowMs), body),
      };
      return ledger;
    });
    return ledger;
  }

  /** Forgets images that a run has removed. */
  async forget(node: string, atMs: number, imageIds: ReadonlySet<string>): Promise<void> {
    await this.records.update(node, atMs, (known) => {
      const rows = known?.rows.filter(({ imageId }) => !imageIds.has(imageId));
      return known && rows && rows.length < known.rows.length ? { ...known, rows } : known;
    });
  }

  read(nodes: readonly string[]): Promise<ReadonlyMap<string, NodeLedger>> {
    return this.records.read(nodes);
  }
}

/** The starts of a pod's containers that its status tells of. */
export function startsOf({ uid, containers }: ClusterPod): ContainerStart[] {
  return containers.flatMap(({ name, image, imageId, restartCount, startedAtMs }) =>
    startedAtMs === undefined ? [] : [{ key: `${uid}/${name}/${restartCount}`, image: imageId ?? image, startedAtMs }],
  );
}

function named(rows: readonly LedgerRow[], { images }: Inventory): NamedLedgerRow[] {
  const names = new Map(images.map(({ id, repoTags, repoDigests }) => [id, { repoTags, repoDigests }]));
  return rows.map((row) => ({ ...row, ...(names.get(row.imageId) ?? { repoTags: [], repoDigests: [] }) }));
}
