import { Module, type DynamicModule } from '@nestjs/common';
import { AnnounceRunProcessor } from './announce/announce-run.processor.js';
import { AnnounceRun } from './announce/announce-run.service.js';
import { GcMetrics } from './gc-metrics.js';
import { GcNodes } from './gc-nodes.js';
import { GcRemovalTrimmer, GcRunTrimmer, ImageLedgerTrimmer } from './gc-trimmers.js';
import { GcImagesController } from './ledger/gc-images.controller.js';
import { GcImages } from './ledger/gc-images.service.js';
import { ImageLedger } from './ledger/image-ledger.service.js';
import { KeepLedgerProcessor } from './ledger/keep-ledger.processor.js';
import { KeepLedger } from './ledger/keep-ledger.service.js';
import { GcClusterFacts } from './plans/cluster-facts.service.js';
import { GcPlansController } from './plans/gc-plans.controller.js';
import { GcPlans } from './plans/gc-plans.service.js';
import { PlanOneNode } from './plans/plan-one-node.service.js';
import { GcPoliciesController } from './policies/gc-policies.controller.js';
import { GcPolicies } from './policies/gc-policies.service.js';
import { GcPolicySchedules } from './policies/gc-policy-schedules.js';
import { KubeletConflicts } from './policies/kubelet-conflicts.service.js';
import { GcRemovalsController } from './removals/gc-removals.controller.js';
import { BeginRun } from './runs/begin-run.service.js';
import { CoordinateRun } from './runs/coordinate-run.service.js';
import { GcRunProcessor } from './runs/gc-run.processor.js';
import { GcRunsController } from './runs/gc-runs.controller.js';
import { GcRuns } from './runs/gc-runs.service.js';
import { OrderRemoval } from './runs/order-removal.service.js';
import { RunNodeProcessor } from './runs/run-node.processor.js';
import { RunNode } from './runs/run-node.service.js';
import { SettleNode } from './runs/settle-node.service.js';
import { SettleRunsProcessor } from './runs/settle-runs.processor.js';
import { SettleRuns } from './runs/settle-runs.service.js';
import { CheckDisksProcessor } from './triggers/check-disks.processor.js';
import { CheckDisks } from './triggers/check-disks.service.js';
import { NodeDisks } from './triggers/node-disks.service.js';

const CONTROLLERS = [
  GcPoliciesController,
  GcPlansController,
  GcRunsController,
  GcImagesController,
  GcRemovalsController,
];

const SHARED = [
  GcClusterFacts,
  GcImages,
  GcMetrics,
  GcNodes,
  GcPlans,
  GcPolicies,
  GcPolicySchedules,
  GcRuns,
  ImageLedger,
  KubeletConflicts,
  PlanOneNode,
  SettleNode,
  SettleRuns,
];

const WORKING = [
  AnnounceRun,
  AnnounceRunProcessor,
  BeginRun,
  CheckDisks,
  CheckDisksProcessor,
  CoordinateRun,
  GcRemovalTrimmer,
  GcRunProcessor,
  GcRunTrimmer,
  ImageLedgerTrimmer,
  KeepLedger,
  KeepLedgerProcessor,
  NodeDisks,
  OrderRemoval,
  RunNode,
  RunNodeProcessor,
  SettleRunsProcessor,
];

/**
 * Garbage collection: policies, plans, runs, their audit and the image ledger. It wants the ports of its records, `KubeletConfigs`, `NodeEvents`,
 * `RunWebhook`, `MetricReader` and `ClusterView` from a global module, and what agents can be asked from theirs.
 */
@Module({})
export class GcModule {
  static for({ answers, works }: { readonly answers: boolean; readonly works: boolean }): DynamicModule {
    return {
      module: GcModule,
      controllers: answers ? CONTROLLERS : [],
      providers: [...SHARED, ...(works ? WORKING : [])],
    };
  }
}
