import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { GcPolicyView } from '../../src/gc/policies/gc-policy-view.schema.js';
import type { MetricValues } from '../../src/metrics/metric-newest.schema.js';
import type { MetricRange } from '../../src/metrics/metric-query.schema.js';
import { freePort } from '../support/free-port.js';
import { eventually } from '../support/eventually.js';
import { Program } from '../support/program.js';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-demo-'));
const open = new AsyncDisposableStack();

interface Told {
  readonly address: string;
  readonly docs: string;
  readonly token: string;
  readonly curls: readonly string[];
}

/** The demo as a user starts it, as far as it tells how to use it. */
async function startDemo(): Promise<{ readonly demo: Program; readonly told: Told }> {
  const port = String(await freePort());
  const args = ['--nodes', '5', '--pods', '5', '--port', port, '--data-dir', join(folder, 'data')];
  const demo = new Program('sim/demo.js', args, {});
  open.defer(async () => void (await demo.end('SIGTERM')));
  await demo.prints(/Ctrl-C ends it/);
  const text = demo.printed();
  const word = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
  return {
    demo,
    told: {
      address: word(/^Quartermaster +(\S+)/m),
      docs: word(/^Documentation +(\S+)/m),
      token: word(/^Admin token +(\S+)/m),
      curls: [...text.matchAll(/^ +(curl .+)$/gm)].map(([, line = '']) => line),
    },
  };
}

/** Does what a printed line does: with curl in a shell, or the same request where there is no curl. */
/** What an address that is printed answers. */
interface Pasted {
  readonly items?: unknown[];
  readonly results?: { readonly series: unknown[] }[];
}

async function paste(line: string): Promise<Pasted> {
  const [, header = '', url = ''] = /-H '([^']+)' '([^']+)'/.exec(line) ?? [];
  const text = await run('sh', ['-c', line]).then(
    ({ stdout }) => stdout,
    async () => (await fetch(url, { headers: { authorization: header.replace(/^Authorization: /, '') } })).text(),
  );
  return JSON.parse(text) as Pasted;
}

/** Processes that have to do with our folder; undefined where the system does not show processes as files. */
function processesOfOurs(): string[] | undefined {
  if (!existsSync('/proc/self/environ')) return undefined;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(commandLine).filter((line) => line.includes(folder));
}

function commandLine(pid: string): string {
  try {
    return `${readFileSync(`/proc/${pid}/cmdline`, 'utf8')}\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  } catch {
    return ''; // it has just ended
  }
}

afterAll(async () => {
  await open.disposeAsync();
  rmSync(folder, { recursive: true, force: true });
});

describe('the demo', () => {
  let token: string;

  it('prints how to use it; the printed lines work, and real rates come; Ctrl-C ends all of it', async () => {
    const { demo, told } = await startDemo();
    token = told.token;
    expect((await fetch(told.docs)).status).toBeLessThan(500);
    const ask = `${told.address}/api/v1/metrics/top?object=pod&metric=cpu/usage_rate`;
    const headers = { authorization: `Bearer ${told.token}` };
    // Each kubelet looks at its pods only every 10 to 15 seconds: the first rates may be those of few nodes.
    const top = await eventually('ten rates', async () => {
      const answer = (await (await fetch(ask, { headers })).json()) as MetricValues;
      return answer.items.length === 10 && answer;
    });
    expect(top.unit).toBe('millicores');
    expect(top.items.every(({ value }) => value > 0)).toBe(true);
    expect(told.curls).toHaveLength(4);
    const answers = [];
    for (const line of told.curls) answers.push(await paste(line));
    expect(answers.map(({ items, results }) => (items ?? results?.[0]?.series)?.length)).toEqual([3, 10, 3, 1]);
    await demo.prints(/a run: succeeded, [1-9]\d* removed, freed [1-9]/);
    await eventually('advice on the marks of its kubelets', async () => {
      const answer = await fetch(`${told.address}/api/v1/gc/policies/demo-look`, { headers });
      const { warnings } = (await answer.json()) as GcPolicyView;
      return warnings.includes('Take a high mark of 65 % and a low mark of 55 %.');
    });
    await demo.prints(/probe, as hello in demo: succeeded/);
    await demo.prints(/an image that cannot be pulled: failed: .*Revision 1 was put back/);
    await demo.prints(/there they are: the busiest pod is \S+\/\S+ with \d+ millicores/);
    expect(processesOfOurs()?.length ?? 3).toBe(3);
    expect(await demo.end('SIGINT')).toBe(0);
    expect(processesOfOurs() ?? []).toEqual([]);
  });

  it('finds the data of the first start at the second', async () => {
    const secondStartMs = Date.now();
    const { demo, told } = await startDemo();
    expect(told.token).toBe(token);
    const line = told.curls.at(-1) ?? '';
    const { results } = (await paste(line)) as unknown as MetricRange;
    expect(Date.parse(results[0]?.series[0]?.points[0]?.time ?? '')).toBeLessThan(secondStartMs);
    expect(await demo.end('SIGINT')).toBe(0);
  });
});
