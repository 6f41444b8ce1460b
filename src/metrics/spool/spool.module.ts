import { Module, type DynamicModule } from '@nestjs/common';
import { ReplaySpoolProcessor } from './replay-spool.processor.js';
import { ReplaySpool } from './replay-spool.service.js';
import { SpoolHealth } from './spool-health.service.js';

/** What waits for an external metric store. It wants `SampleSpool`, `SpoolMetrics` and `SPOOL_TARGET` from a global module. */
@Module({})
export class SpoolModule {
  static for({ works }: { readonly works: boolean }): DynamicModule {
    return { module: SpoolModule, providers: [SpoolHealth, ...(works ? [ReplaySpool, ReplaySpoolProcessor] : [])] };
  }
}
