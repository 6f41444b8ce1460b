import { describe, expect, it } from '@jest/globals';
import { Injectable, Module, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ending } from '../platform/ending.js';
import { Log } from '../platform/log.js';
import { stopBackground } from './stop-background.js';

@Injectable()
class Stuck implements OnModuleDestroy {
  onModuleDestroy(): Promise<void> {
    return new Promise(() => undefined);
  }
}

@Injectable()
class Prompt implements OnModuleDestroy {
  hasEnded = false;

  onModuleDestroy(): void {
    this.hasEnded = true;
  }
}

@Module({ providers: [Prompt], exports: [Prompt] })
class PromptModule {}

@Module({ imports: [PromptModule], providers: [Stuck] })
class StuckModule {}

describe('ending what runs in the background', () => {
  it('asks the rest although one does not come to an end, and names that one', async () => {
    const app = await NestFactory.createApplicationContext(StuckModule, { logger: false });
    const ending = new Ending(60_000, Log.silent());
    await stopBackground(app, ending, 0);
    expect(app.get(Prompt).hasEnded).toBe(true);
    expect(ending.unfinished).toEqual(['Stuck']);
  });
});
