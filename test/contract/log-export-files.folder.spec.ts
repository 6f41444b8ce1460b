import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { FolderLogExportFiles } from '../../src/adapters/files/log-export-files.files.js';
import { describeLogExportFiles } from './log-export-files.contract.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describeLogExportFiles('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'exports-'));
  folders.push(folder);
  return new FolderLogExportFiles(join(folder, 'made when it is needed'));
});
