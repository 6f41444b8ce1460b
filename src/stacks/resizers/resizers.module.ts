import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { CarryOutResize } from './carry-out-resize.service.js';
import { EvaluateResizer } from './evaluate-resizer.service.js';
import { ResizeAll } from './resize-all.service.js';
import { ResizeInputsReader } from './resize-inputs.service.js';
import { ResizeProcessor } from './resize.processor.js';
import { ResizerMetrics } from './resizer-metrics.js';
import { ResizerRecommendations } from './resizer-recommendations.service.js';
import { ResizerRights } from './resizer-rights.service.js';
import { ResizersController } from './resizers.controller.js';
import { Resizers } from './resizers.service.js';

const SHARED = [EvaluateResizer, ResizeInputsReader];
const ANSWERING = [ResizerRecommendations, ResizerRights, Resizers];
const WORKING = [CarryOutResize, ResizeAll, ResizeProcessor, ResizerMetrics];

/**
 * Resizers. It wants `ResizerRecords`, `ClusterObjects`, `ClusterView` and `MetricReader` from a global module, and runs from the jobs' own.
 */
@Module({})
export class ResizersModule {
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    return {
      module: ResizersModule,
      imports: [AuthModule],
      controllers: answers ? [ResizersController] : [],
      providers: [...SHARED, ...(answers ? ANSWERING : []), ...(works ? WORKING : [])],
    };
  }
}
