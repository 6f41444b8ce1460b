import { describe, expect, it } from '@jest/globals';
import { missingRules, ruleText } from './missing-rules.js';

const right = (verb: string, name?: string, resource = 'deployments', namespace = 'shop') => ({
  group: 'apps',
  resource,
  verb,
  namespace,
  ...(name === undefined ? {} : { name }),
});

describe('the rules that give what is missing', () => {
  it('name each object whose verbs are the same in one rule, and rights to whole kinds in their own', () => {
    const rules = missingRules([
      right('list'),
      right('patch', 'web'),
      right('create', 'web'),
      right('create', 'db'),
      right('patch', 'db'),
      right('delete', 'old'),
    ]);
    const common = { apiGroups: ['apps'], resources: ['deployments'], namespace: 'shop' };
    expect(rules).toEqual([
      { ...common, verbs: ['list'] },
      { ...common, resourceNames: ['db', 'web'], verbs: ['create', 'patch'] },
      { ...common, resourceNames: ['old'], verbs: ['delete'] },
    ]);
    expect(rules.map(ruleText)).toContain(
      'in a Role of the namespace shop: {apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["db","web"], verbs: ["create","patch"]}',
    );
  });

  it('of the whole cluster belong into a ClusterRole', () => {
    const [rule] = missingRules([{ group: '', resource: 'namespaces', verb: 'create', name: 'shop' }]);
    expect(rule && ruleText(rule)).toBe(
      'in a ClusterRole: {apiGroups: [""], resources: ["namespaces"], resourceNames: ["shop"], verbs: ["create"]}',
    );
  });
});
