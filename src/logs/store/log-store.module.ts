import { Module, type DynamicModule } from '@nestjs/common';
import { KeepLogsProcessor } from './keep-logs.processor.js';
import { LogStoreHealth } from './log-store-health.service.js';

/** What watches over the log store. It wants `LogUpkeep` and `LOG_STORE_STATE` from a global module. */
@Module({})
export class LogStoreModule {
  static for({ works }: { readonly works: boolean }): DynamicModule {
    return { module: LogStoreModule, providers: [LogStoreHealth, ...(works ? [KeepLogsProcessor] : [])] };
  }
}
