import { Controller, Get, Query } from '@nestjs/common';
import { Operation } from '../../platform/http/operation.js';
import { GcImageList, GcImageQuery } from './gc-image.schema.js';
import { GcImages } from './gc-images.service.js';

/** The image ledger. */
@Controller('api/v1/gc/images')
export class GcImagesController {
  constructor(private readonly images: GcImages) {}

  @Get()
  @Operation({
    id: 'listGcImages',
    summary: 'Images of nodes: what uses them, since when they are unused, how much would go',
    description:
      'From the ledger, which is fed by inventories, by the watch of pods and by runs, and which survives restarts. A node without an agent has none.',
    area: 'gc',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: GcImageList,
  })
  list(@Query({ schema: GcImageQuery }) query: GcImageQuery): Promise<GcImageList> {
    return this.images.list(query);
  }
}
