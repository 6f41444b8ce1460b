import { beforeAll, describe, expect, it } from '@jest/globals';
import { Log } from '../../src/platform/log.js';
import { shippedVariants } from '../support/stack-variants.js';
import { type ManifestObject, refText, refOf } from '../../src/stacks/core/manifest-object.js';
import { podSecurityOf } from '../../src/stacks/core/pod-security.js';
import { containersOf, type PodFields } from '../../src/stacks/core/pod-security-fields.js';
import { podSpecOf } from '../../src/stacks/core/pod-spec-of.js';
import { rightsFor } from '../../src/stacks/core/rights-of.js';
import type { StackCatalogue } from '../../src/stacks/catalogue/stack-catalogue.service.js';
import { loadCatalogue } from '../../src/stacks/catalogue/load-catalogue.js';
import { USUAL_LIMITS } from '../support/stack-limits.js';

let catalogue: StackCatalogue;
beforeAll(async () => {
  catalogue = await loadCatalogue({ stacksDir: undefined, ...USUAL_LIMITS }, Log.silent());
});

describe.each(shippedVariants)('the stack $stack, $variant', ({ stack, parameters }) => {
  const rendered = (release: string): readonly ManifestObject[] =>
    catalogue.render(stack, { release, namespace: 'shop', parameters }).objects;

  it('passes Pod Security "restricted" but where it says why not', () => {
    const { podSecurity } = catalogue.get(stack);
    for (const object of rendered('try')) {
      const { level, faults } = podSecurityOf(object) ?? { level: 'restricted', faults: [] };
      const name = object.metadata.name.slice('try-'.length);
      const exception = podSecurity.find((row) => row.object === `${object.kind}/${name}`);
      expect({ object: refText(refOf(object)), level, faults: level === 'restricted' ? [] : faults }).toEqual({
        object: refText(refOf(object)),
        level: level === 'restricted' ? level : exception?.level,
        faults: level === 'restricted' ? [] : faults,
      });
    }
  });

  it('has an image for every container, and nothing left that was to be set', () => {
    const objects = rendered('try');
    const text = JSON.stringify(objects);
    expect(text).not.toContain('"app.kubernetes.io/instance":""');
    const pods = objects.flatMap((object) => (podSpecOf(object) as PodFields | undefined) ?? []);
    for (const [, container] of pods.flatMap(containersOf))
      expect(container).toMatchObject({ image: expect.stringMatching(/quartermaster$|^[\w.:-]+\/.*:/) });
  });

  it('can be deployed by exact rights', () => {
    const rules = rightsFor(rendered('try'), catalogue.get(stack).kinds);
    expect(JSON.stringify(rules)).not.toContain('*');
    for (const verb of ['escalate', 'bind', 'impersonate'])
      expect(rules.flatMap(({ verbs }) => verbs)).not.toContain(verb);
  });

  it('shares no object with another release of it', () => {
    const other = rendered('two').map(idOf);
    const kept = new Set([...catalogue.get(stack).keepsName, 'APIService/v1beta1.metrics.k8s.io']);
    expect(
      rendered('try')
        .map(idOf)
        .filter((id) => other.includes(id) && !kept.has(id)),
    ).toEqual([]);
  });
});

const idOf = ({ kind, metadata }: { kind: string; metadata: { name: string } }): string => `${kind}/${metadata.name}`;
