import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ClusterView } from '../cluster/cluster-view.js';

/** Starts the watches before anything asks the view, and stops them when the workers and the HTTP server have stopped. */
@Injectable()
export class ClusterLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly view: ClusterView) {}

  onModuleInit(): void {
    this.view.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.view.stop();
  }
}
