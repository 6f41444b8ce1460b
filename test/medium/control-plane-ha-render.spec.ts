import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { file, KUBEADM, missing, planned, pod, UNSEEN, VIRTUAL_IP } from '../support/ha-plans.js';
import { flagValue, parseFlags } from '../../src/stacks/control-plane/core/parse-flags.js';
import { MANIFEST_DIGEST } from '../../src/stacks/control-plane/core/ha/component-pod.js';
import type { HaFacts } from '../../src/stacks/control-plane/core/ha/ha-facts.js';
import type { HaInput } from '../../src/stacks/control-plane/core/ha/ha-input.js';

describe('a scheduler and a controller manager', () => {
  const plan = planned({ components: ['kube-scheduler', 'kube-controller-manager'] });

  it('are shaped as kubeadm shapes them, with probes over HTTPS', () => {
    const { metadata, spec } = pod(plan, 'kube-scheduler.yaml');
    expect(metadata).toEqual({
      name: 'kube-scheduler',
      namespace: 'kube-system',
      labels: { component: 'kube-scheduler', tier: 'control-plane' },
      annotations: { [MANIFEST_DIGEST]: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    const probe = (path: string) => ({ httpGet: { host: '127.0.0.1', path, port: 10259, scheme: 'HTTPS' } });
    expect(spec).toEqual({
      hostNetwork: true,
      priority: 2_000_001_000,
      priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'kube-scheduler',
          image: 'registry.k8s.io/kube-scheduler:v1.34.1',
          imagePullPolicy: 'IfNotPresent',
          command: [
            'kube-scheduler',
            '--authentication-kubeconfig=/etc/kubernetes/scheduler.conf',
            '--authorization-kubeconfig=/etc/kubernetes/scheduler.conf',
            '--bind-address=127.0.0.1',
            '--kubeconfig=/etc/kubernetes/scheduler.conf',
            '--leader-elect=true',
          ],
          livenessProbe: expect.objectContaining({ ...probe('/livez'), failureThreshold: 8, timeoutSeconds: 15 }),
          readinessProbe: expect.objectContaining({ ...probe('/readyz'), failureThreshold: 3, periodSeconds: 1 }),
          startupProbe: expect.objectContaining({ ...probe('/livez'), failureThreshold: 24 }),
          resources: { requests: { cpu: '100m' } },
          volumeMounts: [{ name: 'kubeconfig', mountPath: '/etc/kubernetes/scheduler.conf', readOnly: true }],
        },
      ],
      volumes: [{ name: 'kubeconfig', hostPath: { path: '/etc/kubernetes/scheduler.conf', type: 'File' } }],
    });
  });

  it('keep today’s arguments and mounts, and name the files that must be there', () => {
    const {
      command = [],
      volumeMounts,
      ...container
    } = pod(plan, 'kube-controller-manager.yaml').spec.containers[0] ?? {
      volumeMounts: [],
    };
    expect(command).toContain('--cluster-cidr=10.244.0.0/16');
    expect(container).toHaveProperty('readinessProbe.httpGet', {
      host: '127.0.0.1',
      path: '/healthz',
      port: 10257,
      scheme: 'HTTPS',
    });
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual([
      '/etc/ssl/certs',
      '/etc/kubernetes/pki',
      '/etc/kubernetes/controller-manager.conf',
    ]);
    expect(file(plan, 'kube-controller-manager.yaml')).toMatchObject({
      path: '/etc/kubernetes/manifests/kube-controller-manager.yaml',
      mode: '0600',
      writtenBy: 'agent',
      mustExist: [
        '/etc/kubernetes/controller-manager.conf',
        '/etc/kubernetes/pki/ca.crt',
        '/etc/kubernetes/pki/sa.key',
      ],
    });
  });

  it.each([
    ['v1.30.9', '/healthz'],
    ['v1.31.0', '/readyz'],
    ['latest', '/healthz'],
  ])('of %s is asked for %s', (tag, path) => {
    const scheduler = { image: `registry.k8s.io/kube-scheduler:${tag}` };
    const { spec } = pod(planned({ components: ['kube-scheduler'], scheduler }), 'kube-scheduler.yaml');
    expect(spec.containers[0]).toHaveProperty('readinessProbe.httpGet.path', path);
  });

  it('are probed where their arguments let them listen', () => {
    const scheduler = { flags: { 'bind-address': '0.0.0.0', 'secure-port': '10300' } };
    const { spec } = pod(planned({ components: ['kube-scheduler'], scheduler }), 'kube-scheduler.yaml');
    expect(spec.containers[0]).toHaveProperty('livenessProbe.httpGet', {
      host: '127.0.0.1',
      path: '/livez',
      port: 10300,
      scheme: 'HTTPS',
    });
  });

  it('leave behind the file of an argument that was changed', () => {
    const scheduler = {
      flags: {
        kubeconfig: '/srv/s.conf',
        'authentication-kubeconfig': '/srv/s.conf',
        'authorization-kubeconfig': '/srv/s.conf',
      },
    };
    const { spec } = pod(planned({ components: ['kube-scheduler'], scheduler }), 'kube-scheduler.yaml');
    expect(spec.volumes.map(({ hostPath }) => hostPath)).toEqual([{ path: '/srv/s.conf', type: 'File' }]);
  });

  it('are made of what is given where no pod shows it', () => {
    const kubeconfig = '/srv/scheduler.kubeconfig';
    const scheduler = { image: 'kube-scheduler:v1.34.4', flags: { kubeconfig }, hostPaths: ['/etc/ssl/certs'] };
    const { spec } = pod(planned({ components: ['kube-scheduler'], scheduler }, UNSEEN), 'kube-scheduler.yaml');
    expect(spec.containers[0]?.command?.slice(1).toSorted()).toEqual([
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      '--bind-address=127.0.0.1',
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=true',
    ]);
    expect(spec.volumes).toEqual([
      { name: 'kubeconfig', hostPath: { path: kubeconfig, type: 'File' } },
      { name: 'host-path-1', hostPath: { path: '/etc/ssl/certs' } },
    ]);
  });

  it('whatever is given: every file of an argument is mounted once, every mount has its volume, a leader is elected', () => {
    const name = fc.constantFrom('kubeconfig', 'root-ca-file', 'config', 'authentication-kubeconfig', 'v', 'profiling');
    const value = fc.constantFrom('/a/b.conf', '/etc/kubernetes/pki/ca.crt', '/a/c', 'false', '4', '');
    const flags = fc.dictionary(name, value);
    const hostPaths = fc.uniqueArray(fc.constantFrom('/a', '/a/b.conf', '/etc/ssl/certs', '/x'));
    fc.assert(
      fc.property(flags, hostPaths, (changed, paths) => {
        const input = {
          components: ['kube-controller-manager' as const],
          controllerManager: { flags: changed, hostPaths: paths },
        };
        const { spec } = pod(planned(input), 'kube-controller-manager.yaml');
        const [container] = spec.containers;
        const mounted = container?.volumeMounts ?? [];
        const names = spec.volumes.map((volume) => volume.name);
        expect(mounted.map((mount) => mount.name)).toEqual(names);
        expect(new Set(names).size).toBe(names.length);
        expect(new Set(mounted.map(({ mountPath }) => mountPath)).size).toBe(mounted.length);
        const args = parseFlags(container?.command ?? []);
        expect(flagValue(args, 'leader-elect')).toBe('true');
        for (const { value: path } of args.filter(
          ({ name: flag, value: at }) => /config|file/.test(flag) && at.startsWith('/'),
        ))
          expect(mounted.some(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`))).toBe(true);
      }),
    );
  });
});

describe('what is missing is named, with the reason', () => {
  it.each<[string, Partial<HaInput>, HaFacts, readonly string[]]>([
    [
      'the arguments of processes',
      {},
      UNSEEN,
      [
        '/parameters/controllerManager/image',
        '/parameters/controllerManager/flags/kubeconfig',
        '/parameters/controllerManager/flags/root-ca-file',
        '/parameters/controllerManager/flags/service-account-private-key-file',
        '/parameters/scheduler/image',
        '/parameters/scheduler/flags/kubeconfig',
      ],
    ],
    ['an API server without kubeadm', { components: ['kube-apiserver'] }, UNSEEN, ['/parameters/components']],
    [
      'the address of a node that is not there',
      { nodes: [{ name: 'cp-3' }] },
      KUBEADM,
      ['/parameters/nodes/0/address'],
    ],
    ['an address before the API servers', {}, { ...KUBEADM, kubeadm: { value: {} } }, ['/parameters/virtualIp']],
    [
      'an etcd that runs elsewhere',
      { components: ['etcd'] },
      { ...KUBEADM, running: KUBEADM.running.filter(({ component }) => component !== 'etcd') },
      ['/parameters/components'],
    ],
    [
      'an address of the nodes’ family for keepalived',
      { virtualIp: { ...VIRTUAL_IP, kind: 'haproxy-keepalived', address: 'fd00::100' } },
      KUBEADM,
      ['/parameters/virtualIp/address'],
    ],
    ['nothing', {}, KUBEADM, []],
  ])('%s', (_, input, facts, pointers) => {
    expect(missing(input, facts)).toEqual(pointers);
  });
});
