import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { CrashLogs } from './diagnose/crash-logs.service.js';
import { DiagnoseController } from './diagnose/diagnose.controller.js';
import { DiagnoseRelease } from './diagnose/diagnose-release.service.js';
import { NamespaceFacts } from './diagnose/namespace-facts.service.js';
import { ReleaseAddresses } from './diagnose/release-addresses.service.js';
import { ApplyObjects } from './releases/apply-objects.service.js';
import { ApplySets } from './releases/apply-sets.service.js';
import { CarryOutRevision } from './releases/carry-out-revision.service.js';
import { CheckDriftProcessor } from './releases/check-drift.processor.js';
import { CheckDrift } from './releases/check-drift.service.js';
import { CompareObjects } from './releases/compare-objects.service.js';
import { DeleteObjects } from './releases/delete-objects.service.js';
import { DeployProcessor } from './releases/deploy.processor.js';
import { DeployRelease } from './releases/deploy-release.service.js';
import { DiffDeployment } from './releases/diff-deployment.service.js';
import { FindDrift } from './releases/find-drift.service.js';
import { LayGround } from './releases/lay-ground.service.js';
import { PlanDeployment } from './releases/plan-deployment.service.js';
import { PruneRelease } from './releases/prune-release.service.js';
import { ReleaseChangesController } from './releases/release-changes.controller.js';
import { ReleaseChanges } from './releases/release-changes.service.js';
import { ReleaseClaims } from './releases/release-claims.service.js';
import { ReleaseData } from './releases/release-data.service.js';
import { ReleaseDrifts } from './releases/release-drifts.service.js';
import { ReleaseHolds } from './releases/release-holds.service.js';
import { ReleaseMetrics } from './releases/release-metrics.js';
import { ReleaseSecrets } from './releases/release-secrets.service.js';
import { ReleasesController } from './releases/releases.controller.js';
import { Releases } from './releases/releases.service.js';
import { RemoveProcessor } from './releases/remove.processor.js';
import { RemoveRelease } from './releases/remove-release.service.js';
import { ResizedObjects } from './releases/resized-objects.service.js';
import { StackDiffsController } from './releases/stack-diffs.controller.js';
import { StackDiffs } from './releases/stack-diffs.service.js';
import { StartDeployment } from './releases/start-deployment.service.js';
import { StartRemoval } from './releases/start-removal.service.js';
import { UndoDeployment } from './releases/undo-deployment.service.js';
import { WaitForObjects } from './releases/wait-for-objects.service.js';
import { CallerRights } from './rights/caller-rights.service.js';
import { OwnRights } from './rights/own-rights.service.js';

const CONTROLLERS = [ReleasesController, ReleaseChangesController, StackDiffsController, DiagnoseController];

const SHARED = [
  ApplySets,
  CompareObjects,
  FindDrift,
  OwnRights,
  ReleaseData,
  ReleaseSecrets,
  ResizedObjects,
  WaitForObjects,
];

const ANSWERING = [
  CallerRights,
  CrashLogs,
  DiagnoseRelease,
  DiffDeployment,
  LayGround,
  NamespaceFacts,
  PlanDeployment,
  ReleaseAddresses,
  ReleaseChanges,
  ReleaseClaims,
  ReleaseDrifts,
  Releases,
  StackDiffs,
  StartDeployment,
  StartRemoval,
];

const WORKING = [
  ApplyObjects,
  CarryOutRevision,
  CheckDrift,
  CheckDriftProcessor,
  DeleteObjects,
  DeployProcessor,
  DeployRelease,
  PruneRelease,
  ReleaseHolds,
  ReleaseMetrics,
  RemoveProcessor,
  RemoveRelease,
  UndoDeployment,
];

/**
 * Stacks: the catalogue, and releases of stacks in the cluster. It wants `ReleaseRecords`, `ResizerRecords`, `ClusterObjects`, `PodLogs` and `ClusterView` from a global module, and runs from
 * the jobs' own.
 */
@Module({})
export class StacksModule {
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    return {
      module: StacksModule,
      imports: [AuthModule, CatalogueModule.for({ answers })],
      controllers: answers ? CONTROLLERS : [],
      providers: [...SHARED, ...(answers ? ANSWERING : []), ...(works ? WORKING : [])],
    };
  }
}
