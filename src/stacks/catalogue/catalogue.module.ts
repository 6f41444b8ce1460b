import { Module, type DynamicModule } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { Log } from '../../platform/log.js';
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

/** The stacks that can be deployed: shown by those who answer, deployed by those who work. */
@Module({})
export class CatalogueModule {
  static for({ answers }: { readonly answers: boolean }): DynamicModule {
    return {
      module: CatalogueModule,
      controllers: answers ? [StacksController] : [],
      providers: [CATALOGUE, ...(answers ? [RenderForCaller, StackRbac] : [])],
      exports: [StackCatalogue],
    };
  }
}
