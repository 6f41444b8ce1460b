import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { Log } from '../../platform/log.js';
import { loadCatalogue } from './load-catalogue.js';
import { StackCatalogue } from './stack-catalogue.service.js';

/** The stacks that can be deployed: for `api`, which shows them, and for `worker`, which deploys them. */
@Module({
  providers: [
    {
      provide: StackCatalogue,
      useFactory: (config: Config, log: Log) => loadCatalogue(config, log),
      inject: [CONFIG, Log],
    },
  ],
  exports: [StackCatalogue],
})
export class CatalogueModule {}
