import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Clock, SystemClock } from './clock.js';
import { CONFIG, type Config } from './config.js';
import { DocsController } from './http/docs.controller.js';
import { HealthController } from './http/health.controller.js';
import { OpenApi } from './http/openapi-holder.js';
import { LimitHits } from './limit-hits.js';
import { Log } from './log.js';
import { OwnMetrics } from './own-metrics.js';
import { Readiness } from './readiness.js';

/** What every feature may inject: `CONFIG`, `Log`, `Clock`, `Readiness`, `OwnMetrics`, `LimitHits`. */
@Global()
@Module({})
export class PlatformModule {
  static with(config: Config, log: Log): DynamicModule {
    const clock = new SystemClock();
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: Log, useValue: log },
      { provide: Clock, useValue: clock },
      { provide: Readiness, useValue: new Readiness(clock) },
      OwnMetrics,
      LimitHits,
      OpenApi,
    ];
    return { module: PlatformModule, providers, exports: providers, controllers: [HealthController, DocsController] };
  }
}
