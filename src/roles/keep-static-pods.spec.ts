import { describe, expect, it } from '@jest/globals';
import { SystemClock } from '../platform/clock.js';
import { type Config, ConfigError } from '../platform/config.js';
import { Log } from '../platform/log.js';
import { keepStaticPods } from './keep-static-pods.js';

const keptIn = (dataDir: string) => {
  const config = { agentAllow: ['static-pods'], dataDir, hostRoot: '/', staticPodPath: '/etc/kubernetes/manifests' };
  return keepStaticPods(config as unknown as Config, new SystemClock(), Log.silent());
};

describe('an agent that may change static pods', () => {
  it('does not start where there can be no folder for its journal', async () => {
    await expect(keptIn('/proc/none/data')).rejects.toThrow(ConfigError);
    await expect(keptIn('/proc/none/data')).rejects.toThrow('DATA_DIR=/proc/none/data cannot be made: ENOENT');
  });

  it('waits for a journal where none can be made now', async () => {
    const keeper = await keptIn('/proc');
    expect(keeper?.isOpen).toBe(false);
    await keeper?.close();
  });
});
