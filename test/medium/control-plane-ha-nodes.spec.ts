import { describe, expect, it } from '@jest/globals';
import { file, KUBEADM, planned, pod, text, UNSEEN, VIRTUAL_IP } from '../support/ha-plans.js';
import { flagValue, parseFlags } from '../../src/stacks/control-plane/core/parse-flags.js';

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
    expect(first[1]?.command).toContain('advertiseAddress: "10.0.0.1" }\\nnodeRegistration: { name: "cp-1" }');
    expect(first.map(({ command }) => /kubeadm (init phase [a-z-]+|token)/.exec(command)?.[0])).toEqual([
      undefined,
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
      ((container?.['env'] ?? []) as { name: string; value?: string }[]).map(({ name, value }) => [name, value]),
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
    const haproxy = text(file(plan, 'haproxy.cfg', 1));
    expect(haproxy.match(/server api-\S+ \S+/g)).toEqual(['server api-1 10.0.0.1:6443', 'server api-2 10.0.0.2:6443']);
    expect(haproxy).toContain('bind *:8443');
    const keepalived = (place: number) => text(file(plan, 'keepalived.conf', place)).replace(/\s+/g, ' ');
    expect(keepalived(0)).toContain('state MASTER interface eth0 virtual_router_id 51 priority 120');
    expect(keepalived(0)).toContain('unicast_src_ip 10.0.0.1 unicast_peer { 10.0.0.2 }');
    expect(keepalived(1)).toContain('state BACKUP interface eth0 virtual_router_id 51 priority 119');
    expect(text(file(plan, 'check_apiserver.sh'))).toContain('https://localhost:8443/readyz');
  });

  it('manifests are moved into the kubelet’s folder in one step, under a name that it leaves alone before', () => {
    const { nodes } = planned({ components, virtualIp: VIRTUAL_IP });
    expect(nodes[0]?.commands.map(({ command }) => command)).toEqual([
      'install -m 0600 kube-scheduler.yaml /etc/kubernetes/manifests/.kube-scheduler.yaml && mv /etc/kubernetes/manifests/.kube-scheduler.yaml /etc/kubernetes/manifests/kube-scheduler.yaml',
      expect.stringContaining('kube-vip.yaml'),
    ]);
  });
});
