import { describe, expect, it } from '@jest/globals';
import { readFlags } from './read-replicas.js';
import { managedBy } from './read-nodes.js';
import { serverHost } from './server-host.js';

describe('arguments of a component', () => {
  it.each([
    [['kube-scheduler', '--leader-elect=true', '--v=2'], { 'leader-elect': 'true' }],
    [['--leader-elect', '--bind-address', '127.0.0.1'], { 'leader-elect': 'true', 'bind-address': '127.0.0.1' }],
    [['--etcd-servers=https://a:2379,https://b:2379'], { 'etcd-servers': 'https://a:2379,https://b:2379' }],
    [['--token-auth-file=/secret'], {}],
  ])('%j', (args, flags) => {
    expect(readFlags(args)).toEqual(flags);
  });
});

describe('a managed cluster', () => {
  const node = (kubeletVersion: string, labels = {}) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', labels },
    spec: { providerID: 'aws:///eu-1/i-1' },
    status: { nodeInfo: { kubeletVersion } },
  });
  it.each([
    ['v1.33.1-eks-1a2b3c', {}, 'EKS'],
    ['v1.33.1-gke.1000', {}, 'GKE'],
    ['v1.33.1', { 'kubernetes.azure.com/cluster': 'x' }, 'AKS'],
    ['v1.33.1', {}, undefined],
  ])('%s %j is %s', (version, labels, provider) => {
    expect(managedBy([node(version, labels)])).toBe(provider);
  });
});

it.each([
  ['https://10.0.0.1:6443', '10.0.0.1'],
  ['api.example:6443', 'api.example'],
  ['https://[fd00::1]:6443', 'fd00::1'],
])('the host of %s is %s', (server, host) => {
  expect(serverHost(server)).toBe(host);
});
