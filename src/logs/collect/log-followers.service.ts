import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { RepeatedLook } from '../../platform/repeated-look.js';
import { LogWriter } from '../store/log-store.port.js';
import { CollectorSet } from './collector-set.js';
import { LineShipper } from './line-shipper.js';
import { LOG_COLLECT_OPTIONS, type LogCollectOptions } from './log-collect-options.js';

const LOOK_EVERY_MS = 1000;
/** How long a stop waits for the store. */
const FINISH_MS = 3000;

/** Follows this worker's part of the cluster's log streams: every second it compares what should be followed with what is. */
@Injectable()
export class LogFollowers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly looking = new RepeatedLook(() => this.look(), LOOK_EVERY_MS);
  private readonly hurry = new AbortController();
  private readonly shipper: LineShipper;
  private shipping: Promise<void> | undefined;
  private ending: Promise<void> | undefined;
  /** Why the records do not answer; undefined while they do. */
  private failure: string | undefined;

  constructor(
    private readonly view: ClusterView,
    private readonly set: CollectorSet,
    writer: LogWriter,
    clock: Clock,
    private readonly log: Log,
    @Inject(LOG_COLLECT_OPTIONS) private readonly options: LogCollectOptions,
  ) {
    this.shipper = new LineShipper(() => this.set.all(), writer, clock, log);
  }

  onApplicationBootstrap(): void {
    if (!this.isOn) return;
    this.shipping = this.shipper.run(this.hurry.signal);
    this.looking.start();
  }

  onModuleDestroy(): Promise<void> {
    return (this.ending ??= this.end());
  }

  private async end(): Promise<void> {
    await this.looking.stop();
    if (!this.shipping) return;
    this.set.stopAll('no worker follows it at the moment');
    this.shipper.finish();
    const timer = setTimeout(() => this.hurry.abort(new Error('the process stops')), FINISH_MS);
    await this.shipping;
    clearTimeout(timer);
    await this.attempt(() => this.set.leave());
  }

  get isOn(): boolean {
    return !this.options.selection.isOff;
  }

  /** Why lines wait, if they do. */
  get trouble(): string | undefined {
    return this.shipper.failure === undefined ? this.failure : `the log store: ${this.shipper.failure}`;
  }

  private async look(): Promise<void> {
    if (!this.view.isSynced()) return;
    await this.attempt(async () => {
      await this.set.reconcile(() => this.shipper.wake());
      await this.set.save(this.shipper.failure);
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.failure = undefined;
    } catch (error) {
      if (this.failure === undefined) this.log.warn('The records of log followers cannot be kept', { error });
      this.failure = 'the records do not answer';
    }
  }
}
