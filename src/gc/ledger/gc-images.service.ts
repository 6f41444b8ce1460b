import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { imageIndex } from '../../agents/core/image-index.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { compareKeys, decodeCursor, encodeCursor } from '../../platform/http/paging.js';
import { GcClusterFacts } from '../plans/cluster-facts.service.js';
import type { GcImageList, GcImageQuery, GcImageView, ImageSort } from './gc-image.schema.js';
import type { NamedLedgerRow } from './image-ledger-records.port.js';
import { ImageLedger } from './image-ledger.service.js';
import { Least } from './least.js';

const NODES_AT_ONCE = 20;
const MOST_USERS = 10;

interface NodeImage {
  readonly node: string;
  readonly row: NamedLedgerRow;
}

/** Answers what is known of the images of nodes. */
@Injectable()
export class GcImages {
  constructor(
    private readonly ledger: ImageLedger,
    private readonly view: ClusterView,
    private readonly facts: GcClusterFacts,
    private readonly clock: Clock,
  ) {}

  /** A page, and the sums over all that is meant. The ledgers pass by, some nodes at once; only the page is kept. */
  async list(query: GcImageQuery): Promise<GcImageList> {
    const { limit, cursor, sort } = query;
    const nowMs = this.clock.now();
    const after = cursor === undefined ? undefined : decodeCursor(cursor, 3);
    const page = new Least<NodeImage>(limit + 1);
    const sums = { images: 0, sizeBytes: 0, uniqueBytes: 0 };
    const nodes = query.node === undefined ? this.view.nodes().map(({ name }) => name) : [query.node];
    let known = 0;
    for (let start = 0; start < nodes.length; start += NODES_AT_ONCE) {
      for (const [node, { rows }] of await this.ledger.read(nodes.slice(start, start + NODES_AT_ONCE))) {
        known += 1;
        for (const row of rows) {
          if (!isMeant(row, query, nowMs)) continue;
          sums.images += 1;
          sums.sizeBytes += row.sizeBytes;
          sums.uniqueBytes += row.uniqueBytes ?? row.sizeBytes;
          const key = keyOf(sort, node, row);
          if (!after || compareKeys(key, after) > 0) page.add(key, { node, row });
        }
      }
      await breathe();
    }
    return { ...this.#page(page, limit, nowMs), sums, nodes: known };
  }

  #page(page: Least<NodeImage>, limit: number, nowMs: number): Pick<GcImageList, 'items' | 'nextCursor'> {
    const found = page.items();
    const last = found[limit - 1];
    const shown = found.slice(0, limit).map(({ item }) => item);
    const users = this.#users(shown);
    return {
      items: shown.map(({ node, row }) => imageView(node, row, users.get(`${node} ${row.imageId}`) ?? [], nowMs)),
      ...(found.length > limit && last ? { nextCursor: encodeCursor(last.key) } : {}),
    };
  }

  /** Who refers to these images: pods on their node, and whatever the cluster has. */
  #users(images: readonly NodeImage[]): ReadonlyMap<string, readonly string[]> {
    const users = new Map<string, string[]>();
    for (const [node, ofNode] of Map.groupBy(images, (image) => image.node)) {
      const index = imageIndex(ofNode.map(({ row }) => ({ ...row, id: row.imageId })));
      const add = (reference: string, by: string): void => {
        for (const id of index.find(reference)) {
          const known = users.get(`${node} ${id}`) ?? [];
          if (known.length < MOST_USERS && !known.includes(by)) users.set(`${node} ${id}`, [...known, by]);
        }
      };
      const { pods, referencedImages } = this.facts.of(node);
      for (const pod of pods) for (const image of pod.images) add(image, `Pod ${pod.namespace}/${pod.name}`);
      for (const { image, by } of referencedImages) add(image, by);
    }
    return users;
  }
}

function isMeant(row: NamedLedgerRow, { search, unusedFor }: GcImageQuery, nowMs: number): boolean {
  if (unusedFor !== undefined && nowMs - lastNeeded(row) < unusedFor) return false;
  if (search === undefined) return true;
  const text = search.toLowerCase();
  return [row.imageId, ...row.repoTags, ...row.repoDigests].some((name) => name.toLowerCase().includes(text));
}

function keyOf(sort: ImageSort, node: string, row: NamedLedgerRow): readonly (string | number)[] {
  const value = {
    lastUsed: lastNeeded(row),
    firstSeen: row.firstSeenAtMs,
    size: -row.sizeBytes,
    node: 0,
  }[sort];
  return [value, node, row.imageId];
}

function lastNeeded({ lastUsedAtMs, firstSeenAtMs }: NamedLedgerRow): number {
  return lastUsedAtMs ?? firstSeenAtMs;
}

function imageView(node: string, row: NamedLedgerRow, usedBy: readonly string[], nowMs: number): GcImageView {
  const { imageId, repoTags, repoDigests, sizeBytes, uniqueBytes, pinned, lastUsedAtMs, timesUsed } = row;
  return {
    node,
    imageId,
    repoTags: [...repoTags],
    repoDigests: [...repoDigests],
    sizeBytes,
    ...(uniqueBytes === undefined ? {} : { uniqueBytes }),
    pinned,
    firstSeenAt: new Date(row.firstSeenAtMs).toISOString(),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAt: new Date(lastUsedAtMs).toISOString() }),
    unusedForSeconds: Math.max(0, Math.floor((nowMs - lastNeeded(row)) / 1000)),
    timesUsed,
    usedBy: [...usedBy],
  };
}
