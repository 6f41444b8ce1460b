import { describe, expect, it } from '@jest/globals';
import { Log } from '../../src/platform/log.js';
import { shippedVariants } from '../support/stack-variants.js';
import { refText, refOf } from '../../src/stacks/core/manifest-object.js';
import { podSecurityOf } from '../../src/stacks/core/pod-security.js';
import { containersOf, type PodFields } from '../../src/stacks/core/pod-security-fields.js';
import { podSpecOf } from '../../src/stacks/core/pod-spec-of.js';
import { rightsFor } from '../../src/stacks/core/rights-of.js';
import { loadCatalogue } from '../../src/stacks/catalogue/load-catalogue.js';
import { USUAL_LIMITS } from '../support/stack-limits.js';

const catalogue = await loadCatalogue({ stacksDir: undefined, ...USUAL_LIMITS }, Log.silent());

describe.each(shippedVariants)('the stack $stack, $variant', ({ stack, parameters }) => {
  const { podSecurity, kinds } = catalogue.get(stack);
  const { objects } = catalogue.render(stack, { release: 'try', namespace: 'shop', parameters });

  it('passes Pod Security "restricted" but where it says why not', () => {
    for (const object of objects) {
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
    const text = JSON.stringify(objects);
    expect(text).not.toContain('"app.kubernetes.io/instance":""');
    const pods = objects.flatMap((object) => (podSpecOf(object) as PodFields | undefined) ?? []);
    for (const [, container] of pods.flatMap(containersOf))
      expect(container).toMatchObject({ image: expect.stringMatching(/quartermaster$|^[\w.:-]+\/.*:/) });
  });

  it('can be deployed by exact rights', () => {
    const rules = rightsFor(objects, kinds);
    expect(JSON.stringify(rules)).not.toContain('*');
    for (const verb of ['escalate', 'bind', 'impersonate'])
      expect(rules.flatMap(({ verbs }) => verbs)).not.toContain(verb);
  });

  it('shares no object with another release of it', () => {
    const other = catalogue.render(stack, { release: 'two', namespace: 'shop', parameters }).objects.map(idOf);
    const kept = new Set([...catalogue.get(stack).keepsName, 'APIService/v1beta1.metrics.k8s.io']);
    expect(objects.map(idOf).filter((id) => other.includes(id) && !kept.has(id))).toEqual([]);
  });
});

const idOf = ({ kind, metadata }: { kind: string; metadata: { name: string } }): string => `${kind}/${metadata.name}`;
