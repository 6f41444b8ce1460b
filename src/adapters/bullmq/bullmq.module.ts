import { BullModule, BullRegistrar, getFlowProducerToken, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { FlowProducer, Queue } from 'bullmq';
import type { JobCatalogue } from '../../jobs/job-definition.js';
import { JobQueue } from '../../jobs/job-queue.port.js';
import { JobWorkers } from '../../jobs/job-workers.port.js';
import type { Log } from '../../platform/log.js';
import { chooseBackendByConnection } from './backend-of-connection.js';
import { queueOptions, type BullmqBackend } from './bullmq-backend.js';
import { BullmqJobQueue } from './job-queue.bullmq.js';
import { BullmqJobWorkers } from './job-workers.bullmq.js';
import { LeavableWorker } from './leavable-worker.js';
import { processorOf } from './queue-processor.js';

export interface BullmqModuleOptions {
  readonly catalogue: JobCatalogue;
  /** Prepared. It stays the caller's, to be closed after the application. */
  readonly backend: BullmqBackend;
  /** Whether this process takes jobs, or only enqueues. */
  readonly works: boolean;
  readonly log: Log;
}

/**
 * The queues of a catalogue on `BullModule`: gives `JobQueue`, its adapter `BullmqJobQueue` and, where the process works, `JobWorkers`. No worker is opened
 * before `JobWorkers.start`. Nest closes the queues after the HTTP server.
 */
@Module({})
export class BullmqModule {
  static with({ catalogue, backend, works, log }: BullmqModuleOptions): DynamicModule {
    chooseBackendByConnection();
    BullModule.workerClass = LeavableWorker;
    const names = Object.keys(catalogue.queues);
    const queues: Provider[] = [
      {
        provide: BullmqJobQueue,
        useFactory: (flows: FlowProducer, ...open: Queue[]) => new BullmqJobQueue(catalogue, open, flows, log),
        inject: [getFlowProducerToken(), ...names.map((name) => getQueueToken(name))],
      },
      { provide: JobQueue, useExisting: BullmqJobQueue },
    ];
    const workers = works ? workersOf(catalogue, backend, log) : [];
    return {
      module: BullmqModule,
      global: true,
      imports: [
        BullModule.forRoot({ ...queueOptions(backend), extraOptions: { manualRegistration: true } }),
        BullModule.registerQueue(...names.map((name) => ({ name }))),
        BullModule.registerFlowProducer({ forceDisconnectOnShutdown: false }), // it shares the queues' connection
      ],
      providers: [...queues, ...workers],
      exports: [BullmqJobQueue, JobQueue, ...(works ? [JobWorkers] : [])],
    };
  }
}

function workersOf(catalogue: JobCatalogue, backend: BullmqBackend, log: Log): Provider[] {
  const processors = Object.entries(catalogue.queues).map(([queue, { concurrency }]) =>
    processorOf(backend, queue, concurrency),
  );
  return [
    ...processors.map((useValue) => ({ provide: useValue.constructor, useValue })),
    {
      provide: JobWorkers,
      useFactory: (queue: BullmqJobQueue<JobCatalogue>, registrar: BullRegistrar) =>
        new BullmqJobWorkers(catalogue, queue.queues, processors, registrar, log),
      inject: [BullmqJobQueue, BullRegistrar],
    },
  ];
}
