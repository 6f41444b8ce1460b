import { Controller, Get, Param, Put, type Type } from '@nestjs/common';
import { ProblemError } from '../../platform/errors.js';
import { Acknowledged, NamePath } from './elasticsearch.schema.js';
import { ForShippers } from './for-shippers.js';

/** What shippers set Elasticsearch up with before they send: by its path, how operations name it and how people do. */
const SET_UP = [
  ['_index_template', 'IndexTemplate', 'index template'],
  ['_template', 'LegacyTemplate', 'template of the old kind'],
  ['_component_template', 'ComponentTemplate', 'component template'],
  ['_ilm/policy', 'LifecyclePolicy', 'lifecycle policy'],
  ['_ingest/pipeline', 'IngestPipeline', 'ingest pipeline'],
  ['_data_stream', 'DataStream', 'data stream'],
] as const;

/** One controller for each: asked for, there is none; put, it is acknowledged and not kept, since lines are stored in one way whatever their index. */
export const SET_UP_CONTROLLERS: readonly Type[] = SET_UP.map(([path, id, what]) => {
  @Controller(path)
  class SetUpController {
    @Get(':name')
    @ForShippers({ id: `get${id}`, summary: `Whether there is a ${what}: never`, errors: ['NOT_FOUND'] })
    get(@Param({ schema: NamePath }) { name }: NamePath): never {
      throw new ProblemError('NOT_FOUND', `${what} [${name}] not found`);
    }

    @Put(':name')
    @ForShippers({ id: `put${id}`, summary: `Acknowledge a ${what}`, answer: Acknowledged, readsBody: true })
    put(@Param({ schema: NamePath }) _path: NamePath): Acknowledged {
      return { acknowledged: true };
    }
  }
  return SetUpController;
});
