import { Module, type DynamicModule } from '@nestjs/common';
import { LogExportAnswer } from '../export/log-export-answer.js';
import { LogExportController } from '../export/log-export.controller.js';
import { LogExportGate } from '../export/log-export-gate.js';
import { LogExportRunProcessor } from '../export/log-export-run.processor.js';
import { LogExportRunsController } from '../export/log-export-runs.controller.js';
import { LogExportRuns } from '../export/log-export-runs.service.js';
import { LogExportTrimmer } from '../export/log-export-trimmer.js';
import { LogExportService } from '../export/log-export.service.js';
import { LogQueriesController } from '../queries/log-queries.controller.js';
import { LogQueries } from '../queries/log-queries.service.js';
import { LogStreamController } from '../stream/log-stream.controller.js';
import { LogStreamSource } from '../stream/log-stream-source.js';
import { LogStreams } from '../stream/log-streams.service.js';
import { LogTail } from '../stream/log-tail.service.js';
import { CoverageOfAnswer } from './coverage-of-answer.js';
import { LogAnswers } from './log-answers.js';
import { LogContextService } from './log-context.service.js';
import { LogCountsService } from './log-counts.service.js';
import { LogQueryGate } from './log-query-gate.js';
import { LogQuestions } from './log-questions.js';
import { LogReaders } from './log-readers.js';
import { LogSearchService } from './log-search.service.js';
import { LogsController } from './logs.controller.js';

/** What answers questions about logs. */
export const LOG_QUERY_PARTS = {
  controllers: [LogsController, LogStreamController, LogExportController, LogQueriesController],
  providers: [
    CoverageOfAnswer,
    LogAnswers,
    LogContextService,
    LogCountsService,
    LogExportAnswer,
    LogExportGate,
    LogExportService,
    LogQueries,
    LogQueryGate,
    LogQuestions,
    LogReaders,
    LogSearchService,
    LogStreams,
    LogStreamSource,
    LogTail,
  ],
};

/** Logs over HTTP. It wants the ports `LogReader`, `LogQueryRecords` and `LogExportFiles` from a global module, tells of `LogCoverage`, and takes `ClusterLines`, where they are bound. */
@Module({})
export class LogQueryModule {
  /** @param part whether the process answers requests, works on jobs, or both */
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    return {
      module: LogQueryModule,
      controllers: answers ? [...LOG_QUERY_PARTS.controllers, LogExportRunsController] : [],
      providers: [
        ...LOG_QUERY_PARTS.providers,
        LogExportRuns,
        ...(works ? [LogExportRunProcessor, LogExportTrimmer] : []),
      ],
      exports: [LogCountsService],
    };
  }
}
