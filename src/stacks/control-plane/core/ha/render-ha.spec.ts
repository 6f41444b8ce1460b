import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { kubeadmPod } from '../../../../../test/support/kubeadm-pods.js';
import type { ManifestObject } from '../../../core/manifest-object.js';
import { COMPONENTS } from '../control-plane-facts.js';
import { flagValue, parseFlags } from '../parse-flags.js';
import { MANIFEST_DIGEST } from './component-pod.js';
import type { HaFacts } from './ha-facts.js';
import type { HaInput, VirtualIp } from './ha-input.js';
import type { HaPlan, PlannedFile } from './ha-plan.js';
import { readRunning } from './read-running.js';
import { renderHa } from './render-ha.js';

const KUBEADM: HaFacts = {
  nodes: [
    { name: 'cp-1', address: '10.0.0.1' },
    { name: 'cp-2', address: '10.0.0.2' },
  ],
  running: readRunning(COMPONENTS.map((component) => kubeadmPod(component, 'cp-1', '10.0.0.1'))),
  kubeadm: { value: { endpoint: 'api.example:6443' } },
  apiServers: [{ address: '10.0.0.1', port: 6443 }],
};
/** The control plane runs as processes that nobody sees. */
const UNSEEN: HaFacts = { ...KUBEADM, running: [], kubeadm: { value: undefined } };
const INPUT: HaInput = {
  nodes: [{ name: 'cp-2' }],
  scheduler: {},
  controllerManager: {},
  staticPodPath: '/etc/kubernetes/manifests',
};
const VIRTUAL_IP: VirtualIp = {
  kind: 'kube-vip',
  address: '10.0.0.100',
  interface: 'eth0',
  port: 6443,
  kubeconfig: '/etc/kubernetes/admin.conf',
  routerId: 51,
  images: { kubeVip: 'kube-vip:v1.2.3', haproxy: 'haproxy:3.2', keepalived: 'keepalived:2' },
};

function planned(input: Partial<HaInput>, facts: HaFacts = KUBEADM): HaPlan {
  const plan = renderHa({ ...INPUT, ...input }, facts);
  if ('missing' in plan) throw new Error(JSON.stringify(plan.missing));
  return plan;
}

function missing(input: Partial<HaInput>, facts: HaFacts): readonly string[] {
  const plan = renderHa({ ...INPUT, ...input }, facts);
  return 'missing' in plan ? plan.missing.map(({ pointer }) => pointer) : [];
}

function file(plan: HaPlan, name: string, place = 0): PlannedFile {
  const found = plan.nodes[place]?.files.find(({ path }) => path.endsWith(`/${name}`));
  if (!found) throw new Error(`${name} is not rendered`);
  return found;
}

interface Pod {
  readonly metadata: ManifestObject['metadata'];
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly containers: readonly (Readonly<Record<string, unknown>> & {
      readonly command?: readonly string[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    })[];
    readonly volumes: readonly {
      readonly name: string;
      readonly hostPath: { readonly path: string; readonly type?: string };
    }[];
  };
}

const pod = (plan: HaPlan, name: string, place = 0): Pod => file(plan, name, place).content as unknown as Pod;

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
    ['nothing', {}, KUBEADM, []],
  ])('%s', (_, input, facts, pointers) => {
    expect(missing(input, facts)).toEqual(pointers);
  });
});

describe('API server and etcd', () => {
  const plan = planned({ nodes: [{ name: 'cp-1' }, { name: 'cp-2' }, { name: 'cp-3', address: '10.0.0.3' }] });
  const args = (name: string, place: number) => parseFlags(pod(plan, name, place).spec.containers[0]?.command ?? []);

  it('come by kubeadm, in its order, and never their keys', () => {
    expect(plan.first.map(({ command }) => command)).toEqual([
      'kubeadm init phase upload-certs --upload-certs',
      'kubeadm token create --print-join-command',
    ]);
    expect(plan.nodes[2]?.commands.map(({ command }) => command)).toEqual([
      'kubeadm join api.example:6443 --token <token> --discovery-token-ca-cert-hash sha256:<hash> --control-plane --certificate-key <certificate-key> --apiserver-advertise-address 10.0.0.3 --node-name cp-3',
      expect.stringMatching(
        /^kubectl -n kube-system wait --for=condition=Ready .* pod\/etcd-cp-3 pod\/kube-apiserver-cp-3/,
      ),
    ]);
    expect(plan.nodes[2]?.files.map(({ writtenBy }) => writtenBy)).toEqual([
      'kubeadm',
      'kubeadm',
      'kubeadm',
      'kubeadm',
    ]);
  });

  it('a worker leaves the cluster before it joins as a control-plane node', () => {
    expect(plan.nodes[1]?.commands.map(({ command }) => command.split(' ').slice(0, 2).join(' '))).toEqual([
      'kubectl drain',
      'kubeadm reset',
      'kubeadm join',
      'kubectl -n',
    ]);
  });

  it('a node that has both gets neither again', () => {
    expect(plan.nodes[0]?.files.map(({ path }) => path.split('/').at(-1))).toEqual([
      'kube-controller-manager.yaml',
      'kube-scheduler.yaml',
    ]);
  });

  it('the API server has its own node’s address, and is probed there', () => {
    expect(flagValue(args('kube-apiserver.yaml', 1), 'advertise-address')).toBe('10.0.0.2');
    const { metadata, spec } = pod(plan, 'kube-apiserver.yaml', 1);
    expect(spec.containers[0]).toHaveProperty('readinessProbe.httpGet', {
      host: '10.0.0.2',
      path: '/readyz',
      port: 6443,
      scheme: 'HTTPS',
    });
    expect(metadata.annotations).toHaveProperty(
      ['kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint'],
      '10.0.0.2:6443',
    );
  });

  it('each etcd member joins those before it', () => {
    const third = args('etcd.yaml', 2);
    expect(flagValue(third, 'initial-cluster')).toBe(
      'cp-1=https://10.0.0.1:2380,cp-2=https://10.0.0.2:2380,cp-3=https://10.0.0.3:2380',
    );
    expect(flagValue(third, 'initial-cluster-state')).toBe('existing');
    expect(flagValue(third, 'listen-client-urls')).toBe('https://127.0.0.1:2379,https://10.0.0.3:2379');
    expect(flagValue(third, 'name')).toBe('cp-3');
    expect(flagValue(third, 'data-dir')).toBe('/var/lib/etcd');
    expect(plan.notes).toEqual([]);
    expect(planned({}).notes).toEqual([
      'etcd then has 2 members: three (or five) keep their majority when a node is lost.',
    ]);
  });

  it('a cluster without an address of its own gets the virtual one first', () => {
    const { first, nodes } = planned({ virtualIp: VIRTUAL_IP }, { ...KUBEADM, kubeadm: { value: {} } });
    expect(first[0]?.command).toContain('controlPlaneEndpoint: "10.0.0.100:6443"');
    expect(first.map(({ command }) => /kubeadm (init phase [a-z-]+|token)/.exec(command)?.[0])).toEqual([
      undefined,
      'kubeadm init phase certs',
      'kubeadm init phase upload-config',
      'kubeadm init phase upload-certs',
      'kubeadm token',
    ]);
    expect(nodes[0]?.commands.some(({ command }) => command.startsWith('kubeadm join 10.0.0.100:6443 '))).toBe(true);
  });

  it('without kubeadm they are left out, and that is said', () => {
    const given = {
      image: 'a:v1.34.1',
      flags: { kubeconfig: '/k', 'root-ca-file': '/c', 'service-account-private-key-file': '/s' },
    };
    const { notes, nodes } = planned({ scheduler: given, controllerManager: given }, UNSEEN);
    expect(nodes[0]?.files).toHaveLength(2);
    expect(notes).toEqual([
      expect.stringContaining('kube-apiserver is left out: kubeadm did not make this cluster'),
      expect.stringContaining('etcd is left out: kubeadm did not make this cluster'),
    ]);
  });
});

describe('a virtual IP', () => {
  const components = ['kube-scheduler'] as const;

  it('of kube-vip is announced by ARP by whoever holds the Lease', () => {
    const plan = planned({ components, virtualIp: VIRTUAL_IP });
    const [container] = pod(plan, 'kube-vip.yaml').spec.containers;
    const env = new Map(
      (container?.['env'] as { name: string; value?: string }[]).map(({ name, value }) => [name, value]),
    );
    expect(Object.fromEntries(env)).toMatchObject({
      vip_arp: 'true',
      vip_leaderelection: 'true',
      vip_leasename: 'plndr-cp-lock',
      address: '10.0.0.100',
      port: '6443',
      vip_interface: 'eth0',
      cp_enable: 'true',
      svc_enable: 'false',
    });
    expect(container).toMatchObject({
      image: 'kube-vip:v1.2.3',
      args: ['manager'],
      securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'], drop: ['ALL'] } },
    });
    expect(pod(plan, 'kube-vip.yaml').spec).toMatchObject({
      hostNetwork: true,
      hostAliases: [{ ip: '127.0.0.1', hostnames: ['kubernetes'] }],
      volumes: [{ hostPath: { path: '/etc/kubernetes/admin.conf', type: 'File' } }],
    });
    expect(file(plan, 'kube-vip.yaml')).toMatchObject({
      writtenBy: 'agent',
      mustExist: ['/etc/kubernetes/admin.conf'],
    });
  });

  it('of keepalived has HAProxy behind it, which knows every API server', () => {
    const virtualIp = { ...VIRTUAL_IP, kind: 'haproxy-keepalived' as const, port: 8443 };
    const nodes = [{ name: 'cp-1' }, { name: 'cp-2' }];
    const plan = planned({ nodes, virtualIp });
    expect(plan.nodes[1]?.files.flatMap(({ path, writtenBy }) => (writtenBy === 'you' ? [path] : []))).toEqual([
      '/etc/haproxy/haproxy.cfg',
      '/etc/kubernetes/manifests/haproxy.yaml',
      '/etc/keepalived/keepalived.conf',
      '/etc/keepalived/check_apiserver.sh',
      '/etc/kubernetes/manifests/keepalived.yaml',
    ]);
    const haproxy = String(file(plan, 'haproxy.cfg', 1).content);
    expect(haproxy.match(/server api-\S+ \S+/g)).toEqual(['server api-1 10.0.0.1:6443', 'server api-2 10.0.0.2:6443']);
    expect(haproxy).toContain('bind *:8443');
    const keepalived = (place: number) => String(file(plan, 'keepalived.conf', place).content).replace(/\s+/g, ' ');
    expect(keepalived(0)).toContain('state MASTER interface eth0 virtual_router_id 51 priority 120');
    expect(keepalived(0)).toContain('unicast_src_ip 10.0.0.1 unicast_peer { 10.0.0.2 }');
    expect(keepalived(1)).toContain('state BACKUP interface eth0 virtual_router_id 51 priority 119');
    expect(String(file(plan, 'check_apiserver.sh').content)).toContain('https://localhost:8443/readyz');
  });

  it('manifests are moved into the kubelet’s folder in one step, under a name that it leaves alone before', () => {
    const { nodes } = planned({ components, virtualIp: VIRTUAL_IP });
    expect(nodes[0]?.commands.map(({ command }) => command)).toEqual([
      'install -m 0600 kube-scheduler.yaml /etc/kubernetes/manifests/.kube-scheduler.yaml && mv /etc/kubernetes/manifests/.kube-scheduler.yaml /etc/kubernetes/manifests/kube-scheduler.yaml',
      expect.stringContaining('kube-vip.yaml'),
    ]);
  });
});
