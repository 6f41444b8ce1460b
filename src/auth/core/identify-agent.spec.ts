import { describe, expect, it } from '@jest/globals';
import { identifyAgent } from './identify-agent.js';

const account = { namespace: 'quartermaster', name: 'quartermaster-agent' };
const AGENT = 'system:serviceaccount:quartermaster:quartermaster-agent';
const node = (...names: string[]) => ({ 'authentication.kubernetes.io/node-name': names });
const pod = (name: string[], uid: string[]) => ({
  'authentication.kubernetes.io/pod-name': name,
  'authentication.kubernetes.io/pod-uid': uid,
});

describe('identifyAgent', () => {
  it.each([
    ['its node', AGENT, node('n1'), { kind: 'node', node: 'n1' }],
    ['its node before its pod', AGENT, { ...node('n1'), ...pod(['p'], ['u']) }, { kind: 'node', node: 'n1' }],
    [
      'its pod where no node is named',
      AGENT,
      pod(['p'], ['u']),
      { kind: 'pod', pod: { namespace: 'quartermaster', name: 'p', uid: 'u' } },
    ],
    ['nobody without a binding', AGENT, {}, { kind: 'nobody', because: 'it is bound to no node and no pod' }],
    ['nobody by a pod without uid', AGENT, pod(['p'], []), { kind: 'nobody', because: expect.any(String) }],
    ['nobody by two nodes', AGENT, node('n1', 'n2'), { kind: 'nobody', because: 'it names more than one node' }],
    ['nobody by two pods', AGENT, pod(['p', 'q'], ['u']), { kind: 'nobody', because: 'it names more than one pod' }],
    ['nobody by an empty name', AGENT, node(''), { kind: 'nobody', because: expect.any(String) }],
    [
      'nobody of another account',
      'system:serviceaccount:shop:quartermaster-agent',
      node('n1'),
      { kind: 'nobody', because: 'it is not of the service account that agents run as' },
    ],
    ['nobody who calls himself so', 'quartermaster-agent', node('n1'), { kind: 'nobody', because: expect.any(String) }],
  ])('takes a token as %s', (_, username, extra, expected) => {
    expect(identifyAgent({ username, groups: [], extra }, account)).toEqual(expected);
  });
});
