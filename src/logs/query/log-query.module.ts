import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
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
import { LogSearchService } from './log-search.service.js';
import { LogsController } from './logs.controller.js';

/** What answers questions about logs. */
export const LOG_QUERY_PARTS = {
  controllers: [LogsController, LogStreamController],
  providers: [
    CoverageOfAnswer,
    LogAnswers,
    LogContextService,
    LogCountsService,
    LogQueryGate,
    LogQuestions,
    LogSearchService,
    LogStreams,
    LogStreamSource,
    LogTail,
  ],
};

/** Logs over HTTP. It wants the port `LogReader` from a global module, and tells of `LogCoverage` where one is bound. */
@Module({ imports: [AuthModule], ...LOG_QUERY_PARTS })
export class LogQueryModule {}
