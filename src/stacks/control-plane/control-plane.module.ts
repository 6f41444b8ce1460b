import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { ControlPlaneController } from './control-plane.controller.js';
import { ControlPlane } from './control-plane.service.js';
import { ReadControlPlane } from './read-control-plane.service.js';
import { WatchLeasesProcessor } from './watch-leases.processor.js';
import { WatchLeases } from './watch-leases.service.js';

/** The control plane, looked at and watched. It wants `ClusterObjects` and `ApiServerProbe` from a global module, and runs from the jobs' own. */
@Module({})
export class ControlPlaneModule {
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    return {
      module: ControlPlaneModule,
      imports: [AuthModule],
      controllers: answers ? [ControlPlaneController] : [],
      providers: [
        ReadControlPlane,
        ...(answers ? [ControlPlane] : []),
        ...(works ? [WatchLeases, WatchLeasesProcessor] : []),
      ],
    };
  }
}
