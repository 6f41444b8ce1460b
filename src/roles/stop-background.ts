import type { INestApplicationContext, OnModuleDestroy } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Ending } from '../platform/ending.js';

/**
 * Ends all that runs in the background of an application at once, each thing by `byMs`. Nest itself would wait for one module after the other, and on a busy
 * machine each of them waits for the records. Nest tells them again when the application closes.
 */
export async function stopBackground(app: INestApplicationContext, ending: Ending, byMs: number): Promise<void> {
  const modules = [...app.get(ModulesContainer).values()];
  const providers = new Set(modules.flatMap((module) => [...module.providers.values()].map(instanceOf)));
  const running = [...providers].filter(endsWithModule);
  await Promise.all(running.map((one) => ending.step(one.constructor.name, byMs, async () => one.onModuleDestroy())));
}

function instanceOf(provider: { readonly instance: unknown }): unknown {
  return provider.instance;
}

function endsWithModule(instance: unknown): instance is OnModuleDestroy & object {
  return typeof (instance as Partial<OnModuleDestroy> | undefined)?.onModuleDestroy === 'function';
}
