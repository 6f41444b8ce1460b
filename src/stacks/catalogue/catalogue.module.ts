import { Module, type DynamicModule } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { Log } from '../../platform/log.js';
import { FetchedStacksController } from '../fetched/fetched-stacks.controller.js';
import { FetchedStacks } from '../fetched/fetched-stacks.service.js';
import { StackCatalogues } from '../fetched/stack-catalogues.service.js';
import { loadCatalogue } from './load-catalogue.js';
import { RenderForCaller } from './render-for-caller.service.js';
import { StackCatalogue } from './stack-catalogue.service.js';
import { StackRbac } from './stack-rbac.service.js';
import { StacksController } from './stacks.controller.js';

const CATALOGUE = {
  provide: StackCatalogue,
  useFactory: (config: Config, log: Log) => loadCatalogue(config, log),
  inject: [CONFIG, Log],
};

/** The stacks that can be deployed. It wants `FetchedStackRecords` and `StackArchives` from a global module. */
@Module({})
export class CatalogueModule {
  static for({ answers }: { readonly answers: boolean }): DynamicModule {
    return {
      module: CatalogueModule,
      controllers: answers ? [StacksController, FetchedStacksController] : [],
      providers: [CATALOGUE, StackCatalogues, ...(answers ? [FetchedStacks, RenderForCaller, StackRbac] : [])],
      exports: [StackCatalogues],
    };
  }
}
