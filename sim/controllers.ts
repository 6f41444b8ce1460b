import type { ClusterChanges } from './cluster-changes.js';
import { EventRecorder } from './event-recorder.js';
import { workloadObject } from './kubernetes-objects.js';
import { isRestless, runAt } from './lifecycle.js';
import type { SimCron, SimPod, SimWorkload, World } from './model.js';
import type { ObjectStore } from './object-store.js';
import { planJob } from './plan-crons.js';

const KEPT_JOBS = 3;

interface StartedJob {
  readonly cron: SimCron;
  readonly job: SimWorkload;
  readonly pod: SimPod;
  isDone: boolean;
}

/** What moves by itself: CronJobs' Jobs appear, finish and are cleaned up; restarts show in the pods' status; what happens is told in events. */
export class Controllers {
  private readonly events: EventRecorder;
  private readonly jobs: StartedJob[] = [];
  private readonly told = new Map<string, string>();
  private readonly startedUntilMs = new Map<SimCron, number>();

  constructor(
    private readonly world: World,
    private readonly store: ObjectStore,
    private readonly changes: ClusterChanges,
  ) {
    this.events = new EventRecorder(world, store);
  }

  /** Brings the API server's objects up to a moment. Only what changed since the last call is told. */
  tick(nowMs: number): void {
    for (const cron of this.world.crons) if (this.world.nodes.has(cron.node.name)) this.runCron(cron, nowMs);
    for (const pod of this.world.pods.values()) if (isRestless(pod)) this.tellRestarts(pod, nowMs);
    this.events.tick(nowMs);
  }

  private runCron(cron: SimCron, nowMs: number): void {
    const { periodMs } = cron;
    const lastStartMs = Math.floor(nowMs / periodMs) * periodMs;
    const oldestMs = lastStartMs - (KEPT_JOBS - 1) * periodMs;
    const fromMs = Math.max(oldestMs, (this.startedUntilMs.get(cron) ?? 0) + periodMs);
    for (let startMs = fromMs; startMs <= lastStartMs; startMs += periodMs) {
      const { job, pod } = planJob(this.world.seed, cron, startMs);
      this.jobs.push({ cron, job, pod, isDone: nowMs >= startMs + cron.runMs });
      this.store.put('jobs', workloadObject(job, nowMs));
      this.changes.insertPod(pod);
      this.startedUntilMs.set(cron, startMs);
    }
    for (const started of this.jobs.filter((entry) => entry.cron === cron)) {
      if ((started.job.startMs ?? 0) < oldestMs) this.cleanUp(started);
      else if (!started.isDone && nowMs >= (started.job.endMs ?? 0)) {
        started.isDone = true;
        this.store.put('jobs', workloadObject(started.job, nowMs));
      }
    }
  }

  private cleanUp(started: StartedJob): void {
    const { job, pod } = started;
    this.jobs.splice(this.jobs.indexOf(started), 1);
    this.store.delete('jobs', job.namespace, job.name);
    this.told.delete(pod.uid);
    if (this.world.pods.has(`${pod.namespace}/${pod.name}`)) this.changes.removePod(pod.namespace, pod.name);
  }

  private tellRestarts(pod: SimPod, nowMs: number): void {
    const state = pod.containers
      .map((container) => runAt(pod, container, nowMs))
      .map((run) => `${run.restartCount} ${run.isRunning}`)
      .join();
    const known = this.told.get(pod.uid);
    this.told.set(pod.uid, state);
    if (known !== undefined && known !== state) this.changes.refreshPod(pod);
  }
}
