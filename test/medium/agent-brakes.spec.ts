import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LogFolders } from '../../src/agent/log-folders.js';
import { removeLog } from '../../src/agent/remove-log.js';
import { whyNotNow } from '../../src/agent/why-not-now.js';

const UID = '11111111-2222-3333-4444-555555555555';
const FOLDER = `/var/log/pods/shop_web-1_${UID}`;
const LINK = `/var/log/containers/web-1_shop_web-${'a'.repeat(64)}.log`;
const root = mkdtempSync(join(tmpdir(), 'quartermaster-agent-'));
const logs = new LogFolders(root);
const at = (path: string): string => join(root, path);
afterAll(() => rmSync(root, { recursive: true }));

beforeEach(() => {
  for (const folder of ['var', 'precious']) rmSync(at(folder), { recursive: true, force: true });
  for (const folder of [`${FOLDER}/web`, '/var/log/containers', '/precious'])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at(`${FOLDER}/web/0.log`), 'x');
  writeFileSync(at('/precious/data'), 'x');
});

describe('removeLog', () => {
  it("removes a pod's folder, and of links in it the links alone", async () => {
    symlinkSync(at('/precious'), at(`${FOLDER}/web/link`));
    expect(await removeLog(FOLDER, logs)).toMatchObject({ outcome: 'removed' });
    expect([existsSync(at(FOLDER)), existsSync(at('/precious/data'))]).toEqual([false, true]);
    expect(await removeLog(FOLDER, logs)).toMatchObject({ outcome: 'absent' });
  });

  it('removes a link that leads nowhere, and keeps one that leads somewhere', async () => {
    symlinkSync(`${FOLDER}/web/0.log`, at(LINK));
    expect(await removeLog(LINK, logs)).toMatchObject({ outcome: 'kept' });
    rmSync(at(`${FOLDER}/web/0.log`));
    expect(await removeLog(LINK, logs)).toMatchObject({ outcome: 'removed' });
    expect(existsSync(at('/var/log/containers'))).toBe(true);
  });

  it("takes a link's target as the node does, which may not be where the agent sees it", async () => {
    const relative = `../pods/shop_web-1_${UID}/web/0.log`;
    symlinkSync(relative, at(LINK));
    expect(await removeLog(LINK, logs)).toMatchObject({ outcome: 'kept' });
    rmSync(at(`${FOLDER}/web/0.log`));
    symlinkSync('/var/lib/docker/containers/0.log', at(`${FOLDER}/web/0.log`));
    expect(await removeLog(LINK, logs)).toMatchObject({ outcome: 'kept' });
    rmSync(at(`${FOLDER}/web/0.log`));
    expect(await removeLog(LINK, logs)).toMatchObject({ outcome: 'removed' });
    symlinkSync(`../../../../..${FOLDER}/web`, at(LINK));
    expect(await removeLog(LINK, logs)).toMatchObject({ outcome: 'kept' });
  });

  it.each(['/precious', '/var/log/pods', '/var/log/pods/..', '/var/log/pods/../../../precious', `${FOLDER}/web`])(
    'touches nothing for %s',
    async (path) => {
      expect(await removeLog(path, logs)).toMatchObject({ outcome: 'failed' });
      expect([existsSync(at('/precious/data')), existsSync(at(`${FOLDER}/web/0.log`))]).toEqual([true, true]);
    },
  );

  it('goes through no link to another folder', async () => {
    rmSync(at('/var/log/pods'), { recursive: true });
    mkdirSync(at(`/precious/shop_web-1_${UID}`));
    symlinkSync(at('/precious'), at('/var/log/pods'));
    expect(await removeLog(FOLDER, logs)).toMatchObject({ outcome: 'kept' });
    expect(existsSync(at(`/precious/shop_web-1_${UID}`))).toBe(true);
  });
});

describe('whyNotNow', () => {
  const brakes = { pauseFile: at('/pause'), maxIoPressurePercent: 60, pressureFile: at('/pressure') };
  it.each([
    ['nothing is told', undefined, false, undefined],
    ['there is little pressure', 'some avg10=60.00 avg60=90.00\n', false, undefined],
    ['disks are under pressure', 'some avg10=61.50 avg60=1.00\n', false, expect.stringContaining('61.5 %')],
    ['the file is there', undefined, true, expect.stringContaining('paused')],
  ])('when %s', async (_, pressure, isPaused, expected) => {
    for (const file of [brakes.pauseFile, brakes.pressureFile]) rmSync(file, { force: true });
    if (pressure !== undefined) writeFileSync(brakes.pressureFile, pressure);
    if (isPaused) writeFileSync(brakes.pauseFile, '');
    expect(await whyNotNow(brakes)).toEqual(expected);
  });
});
