import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunView } from '../../src/jobs/run.schema.js';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import type {
  ReleaseDrift,
  ReleaseSummary,
  ReleaseView,
  StackDiff,
} from '../../src/stacks/releases/release-view.schema.js';
import { openReleases, probe } from '../support/open-releases.js';
import { StacksApp, type Call } from '../support/stacks-app.js';

interface Problem {
  readonly detail: string;
}

const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'try-web' };
const WEB_SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap', data: {} };

let close: () => Promise<void>;
let stacks: StacksApp;
let admin: Call;
let operator: Call;
let viewer: Call;
let done: (...call: Parameters<Call>) => Promise<RunView>;
beforeAll(async () => {
  ({ stacks, admin, operator, viewer, done, close } = await openReleases());
});
afterAll(() => close());

describe('a release', () => {
  it('whose namespace is gone has drifted, and is put back with it', async () => {
    const body = { ...probe('homeless'), namespace: 'lost' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: 'lost' };
    await stacks.over(admin, await admin('POST', '/releases', body));
    await stacks.cluster.delete(namespace, undefined);
    expect(stacks.cluster.peek({ ...WEB, namespace: 'lost', name: 'homeless-web' })).toBeUndefined();
    const { body: drift } = await viewer<ReleaseDrift>('GET', '/releases/homeless/drift');
    expect(drift.objects.map(({ kind, name, action }) => `${action} ${kind} ${name}`)).toEqual([
      'create Namespace lost',
      'create ConfigMap homeless-web',
      'create Service homeless-web',
      'create Deployment homeless-web',
      'create NetworkPolicy homeless-web',
    ]);
    const refused = await operator<Problem>('POST', '/releases/homeless/correct', {});
    expect(refused).toMatchObject({ status: 403 });
    const run = await stacks.over(admin, await admin('POST', '/releases/homeless/correct', {}));
    expect(run).toMatchObject({ state: 'succeeded' });
    expect(stacks.cluster.peek({ ...WEB, namespace: 'lost', name: 'homeless-web' })).toBeDefined();
    expect((await viewer<ReleaseDrift>('GET', '/releases/homeless/drift')).body.isDrifted).toBe(false);
    expect((await viewer<ReleaseSummary>('GET', '/releases/homeless')).body).toMatchObject({ state: 'deployed' });
  });

  it('is refused before anything is applied where that takes force or replace, which the diff shows', async () => {
    await done('POST', '/releases', probe('fixed'));
    const web = { ...WEB, name: 'fixed-web' };
    const live = stacks.cluster.peek(web) as ManifestObject;
    await stacks.cluster.delete(web, undefined);
    const labels = { app: 'other' };
    const { template } = live['spec'] as { template: object };
    const spec = { selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } };
    const { name, namespace, labels: own } = live.metadata;
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }), labels: own ?? {} };
    stacks.cluster.seed({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec }, 'quartermaster');
    const { body: diff } = await operator<StackDiff>('POST', '/stacks/probe/diff', {
      release: 'fixed',
      namespace: 'shop',
    });
    expect(diff.summary).toMatchObject({ create: 0, change: 0, replace: 1, none: 3 });
    const shown = diff.objects.find(({ action }) => action === 'replace');
    expect(shown?.fields.map(({ path }) => path)).toContain('spec.selector.matchLabels["app.kubernetes.io/instance"]');
    expect(shown?.problem).toMatch(/spec\.selector: .*immutable.*`replace: true` deletes it and makes it anew/);
    const refused = await operator<Problem>('PUT', '/releases/fixed', {});
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.body.detail).toMatch(/^Deployment shop\/fixed-web: .*spec\.selector: .*`replace: true`/);
    expect((await viewer<ReleaseView>('GET', '/releases/fixed')).body).toMatchObject({ newestRevision: 1 });
    expect(await done('PUT', '/releases/fixed', { replace: true })).toMatchObject({ state: 'succeeded' });
    expect(stacks.cluster.peek(web)).toMatchObject({
      spec: { selector: { matchLabels: { 'app.kubernetes.io/instance': 'fixed' } } },
    });

    stacks.cluster.seed({ ...WEB_SETTINGS, metadata: { name: 'taken-web', namespace: 'shop' } });
    const foreign = await operator<Problem>('POST', '/releases', probe('taken'));
    expect(foreign).toMatchObject({ status: 422 });
    expect(foreign.body.detail).toContain(
      'ConfigMap shop/taken-web: it is there already and belongs to no release; `force: true`',
    );
    expect(await viewer('GET', '/releases/taken')).toMatchObject({ status: 404 });
  });
});
