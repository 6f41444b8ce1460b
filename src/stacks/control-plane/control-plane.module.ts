import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { CallerRights } from '../rights/caller-rights.service.js';
import { ControlPlaneController } from './control-plane.controller.js';
import { ControlPlane } from './control-plane.service.js';
import { ChangeInstance } from './ha/change-instance.service.js';
import { HaController } from './ha/ha.controller.js';
import { InstallHaProcessor } from './ha/install-ha.processor.js';
import { InstallHa } from './ha/install-ha.service.js';
import { LookAtInstances } from './ha/look-at-instances.service.js';
import { PlanHa } from './ha/plan-ha.service.js';
import { ReadHaFacts } from './ha/read-ha-facts.service.js';
import { StartInstall } from './ha/start-install.service.js';
import { StartUninstall } from './ha/start-uninstall.service.js';
import { UnfinishedChanges } from './ha/unfinished-changes.service.js';
import { UninstallHaProcessor } from './ha/uninstall-ha.processor.js';
import { UninstallHa } from './ha/uninstall-ha.service.js';
import { ReadControlPlane } from './read-control-plane.service.js';
import { WatchLeasesProcessor } from './watch-leases.processor.js';
import { WatchLeases } from './watch-leases.service.js';

const ANSWERING = [CallerRights, ControlPlane, PlanHa, ReadHaFacts, StartInstall, StartUninstall];
const WORKING = [
  ChangeInstance,
  InstallHa,
  InstallHaProcessor,
  UninstallHa,
  UninstallHaProcessor,
  WatchLeases,
  WatchLeasesProcessor,
];
const ALWAYS = [LookAtInstances, ReadControlPlane, UnfinishedChanges];

/**
 * The control plane: looked at, watched, brought to more nodes and taken from them again. It wants `ClusterObjects`, `ApiServerProbe` and `StaticPods` from global modules, and runs from the jobs' own.
 */
@Module({})
export class ControlPlaneModule {
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    return {
      module: ControlPlaneModule,
      imports: [AuthModule],
      controllers: answers ? [ControlPlaneController, HaController] : [],
      providers: [...ALWAYS, ...(answers ? ANSWERING : []), ...(works ? WORKING : [])],
    };
  }
}
