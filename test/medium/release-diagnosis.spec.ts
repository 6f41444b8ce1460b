import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import type { RunView } from '../../src/jobs/run.schema.js';
import type { DiagnosisView } from '../../src/stacks/diagnose/diagnosis.schema.js';
import type { ReleaseView } from '../../src/stacks/releases/release-view.schema.js';
import { clusterObjectsOf } from '../support/cluster-objects.js';
import { openPgliteRecords } from '../support/records.js';
import { StacksApp, type Call } from '../support/stacks-app.js';

const open = new AsyncDisposableStack();
let stacks: StacksApp;
let operator: Call;
let viewer: Call;
beforeAll(async () => {
  const simulation = await SimulationFixture.start({ nodes: 2, podsPerNode: 30 });
  open.defer(() => simulation.close());
  const cluster = clusterObjectsOf(simulation.simulation.kubeconfigPath);
  open.defer(() => cluster.stop());
  const records = await openPgliteRecords();
  open.defer(() => records.close());
  stacks = await StacksApp.boot(records.database, cluster.objects);
  open.defer(() => stacks.close());
  [operator, viewer] = await Promise.all([stacks.caller('admin'), stacks.caller('viewer')]);
  const image = 'nowhere.invalid/web:1';
  const release = { name: 'try', stack: 'probe', namespace: 'pictures', parameters: { image }, timeLimit: '1s' };
  const run = await stacks.over(operator, await operator<RunView>('POST', '/releases', release));
  if (run.state !== 'failed') throw new Error(`The deployment has ${run.state}`);
});
afterAll(() => open.disposeAsync());

describe('a release whose image cannot be pulled', () => {
  it('is diagnosed down to the image, with the prerequisites', async () => {
    const { status, body } = await viewer<DiagnosisView>('GET', '/releases/try/diagnose');
    expect(status).toBe(200);
    const [finding, ...others] = body.findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ kind: 'Deployment', namespace: 'pictures', name: 'try-web', cause: 'image' });
    expect(finding?.because.join('\n')).toContain('The image nowhere.invalid/web:1 cannot be pulled');
    expect(body).toMatchObject({ release: 'try', revision: 1, notReady: 1, unread: [] });
    expect(body.prerequisites.map(({ name, state }) => [name, state])).toEqual([
      ['dns', 'met'],
      ['service-account-ca', 'met'],
      ['rbac', 'met'],
    ]);
  });

  it('gives its addresses, and tells that nothing answers when asked', async () => {
    const { body } = await viewer<ReleaseView>('GET', '/releases/try');
    expect(body.addresses).toMatchObject([
      {
        url: 'http://try-web.pictures.svc/',
        portForward: 'kubectl -n pictures port-forward service/try-web 8080:80',
        proxyPath: '/api/v1/namespaces/pictures/services/try-web:80/proxy/',
      },
    ]);
    expect(body.addresses[0]).not.toHaveProperty('doesAnswer');
    const checked = await viewer<ReleaseView>('GET', '/releases/try?check=true');
    expect(checked.body.addresses).toMatchObject([{ doesAnswer: false }]);
  });

  it('is not there for a caller of other namespaces', async () => {
    const stranger = await stacks.caller('viewer', ['shop']);
    expect(await stranger('GET', '/releases/try/diagnose')).toMatchObject({ status: 404 });
  });
});
