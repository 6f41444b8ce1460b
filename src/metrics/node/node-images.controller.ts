import { Controller, Get, Param, Query } from '@nestjs/common';
import { NodePath } from '../../cluster/cluster-filters.schema.js';
import { Operation } from '../../platform/http/operation.js';
import { NodeImageList, NodeImagesQuery } from './node-images.schema.js';
import { NodeImages } from './node-images.service.js';

/** Images on nodes. */
@Controller('api/v1/nodes/:node/images')
export class NodeImagesController {
  constructor(private readonly images: NodeImages) {}

  @Get()
  @Operation({
    id: 'listNodeImages',
    summary: 'The images on a node, by id, with how many containers refer to each',
    description: 'Of the newest inventory of its agent; `ageMs` says how old that is.',
    area: 'cluster',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: NodeImageList,
    errors: ['NOT_FOUND'],
  })
  list(
    @Param({ schema: NodePath }) { node }: NodePath,
    @Query({ schema: NodeImagesQuery }) page: NodeImagesQuery,
  ): Promise<NodeImageList> {
    return this.images.list(node, page);
  }
}
