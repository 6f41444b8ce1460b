import { Injectable } from '@nestjs/common';
import { AgentFindings } from '../../agents/agent-findings.service.js';
import type { Inventory, InventoryImage } from '../../agents/core/inventory.js';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { compareKeys, pageOf } from '../../platform/http/paging.js';
import { AskedNode } from './asked-node.service.js';
import type { NodeImage, NodeImageList, NodeImagesQuery } from './node-images.schema.js';

/** The images on a node, of its agent's newest inventory. */
@Injectable()
export class NodeImages {
  constructor(
    private readonly nodes: AskedNode,
    private readonly findings: AgentFindings,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError 404 when there is no such node, or no agent ever told of it; 503 */
  async list(name: string, page: NodeImagesQuery): Promise<NodeImageList> {
    const { name: node } = this.nodes.get(name);
    const found = await this.findings.inventory(node);
    if (!found) throw new ProblemError('NOT_FOUND', `No agent has told which images are on node ${node}`);
    const { body, takenAtMs, receivedAtMs } = found;
    const failed = body.failed.find(({ list }) => list === 'images');
    return {
      node,
      runtime: body.runtime,
      takenAt: new Date(takenAtMs).toISOString(),
      ageMs: Math.max(0, this.clock.now() - receivedAtMs),
      ...(failed ? { failed: failed.reason } : {}),
      ...pageOf(imagesOf(body), page, ({ id }) => [id]),
    };
  }
}

function imagesOf({ images, containers }: Inventory): NodeImage[] {
  const users = Map.groupBy(containers, ({ imageId }) => imageId);
  return images
    .map((image) => imageOf(image, users.get(image.id)?.length ?? 0))
    .sort((left, right) => compareKeys([left.id], [right.id]));
}

function imageOf({ createdAtMs, ...image }: InventoryImage, containers: number): NodeImage {
  const { id, repoTags, repoDigests, sizeBytes, uniqueBytes, pinned } = image;
  return {
    id,
    repoTags: [...repoTags],
    repoDigests: [...repoDigests],
    sizeBytes,
    ...(uniqueBytes === undefined ? {} : { uniqueBytes }),
    pinned,
    containers,
    ...(createdAtMs === undefined ? {} : { builtAt: new Date(createdAtMs).toISOString() }),
  };
}
