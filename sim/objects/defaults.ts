import { hash } from '../seeded.js';
import { at, isJson, type Json, textAt, withAt } from './json.js';

/** The object with what the API server puts where nothing is said, as far as it shows in the stacks' objects. */
export function withDefaults(object: Json): Json {
  switch (object['kind']) {
    case 'Deployment':
      return template(
        fill(object, ['spec'], {
          replicas: 1,
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        }),
      );
    case 'StatefulSet':
      return template(
        fill(object, ['spec'], {
          replicas: 1,
          revisionHistoryLimit: 10,
          podManagementPolicy: 'OrderedReady',
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        }),
      );
    case 'DaemonSet':
      return template(
        fill(object, ['spec'], {
          revisionHistoryLimit: 10,
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        }),
      );
    case 'Job':
      return template(fill(object, ['spec'], { backoffLimit: 6, completions: 1, parallelism: 1, suspend: false }));
    case 'Service':
      return service(object);
    case 'Secret':
      return secret(object);
    case 'PersistentVolumeClaim':
      return fill(object, ['spec'], { volumeMode: 'Filesystem' });
    case 'Namespace': {
      const labelled = withAt(
        object,
        ['metadata', 'labels', 'kubernetes.io/metadata.name'],
        at(object, 'metadata', 'name'),
      );
      return fill(fill(labelled, ['spec'], { finalizers: ['kubernetes'] }), ['status'], { phase: 'Active' });
    }
    default:
      return object;
  }
}

function fill(object: Json, path: readonly string[], defaults: Json): Json {
  const present = at(object, ...path);
  return withAt(object, path, { ...defaults, ...(isJson(present) ? present : {}) });
}

function template(object: Json): Json {
  const path = ['spec', 'template', 'spec'];
  const filled = fill(object, path, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  return ['containers', 'initContainers'].reduce((rest, name) => {
    const containers = at(rest, ...path, name);
    return Array.isArray(containers) ? withAt(rest, [...path, name], containers.map(container)) : rest;
  }, filled);
}

function container(given: Json): Json {
  const image = textAt(given, 'image');
  const isNewest = image.endsWith(':latest') || !/[:@][^/]*$/.test(image);
  const ports = given['ports'];
  return {
    imagePullPolicy: isNewest ? 'Always' : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...given,
    ...(Array.isArray(ports) ? { ports: ports.map((port: Json) => ({ protocol: 'TCP', ...port })) } : {}),
  };
}

function service(object: Json): Json {
  const isHeadless = at(object, 'spec', 'clusterIP') === 'None';
  const ports = at(object, 'spec', 'ports');
  const number = hash('service', String(at(object, 'metadata', 'namespace')), String(at(object, 'metadata', 'name')));
  const clusterIP = isHeadless ? 'None' : `10.96.${number & 255}.${(number >> 8) & 255}`;
  const filled = fill(object, ['spec'], {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    clusterIP,
    clusterIPs: [clusterIP],
  });
  if (!Array.isArray(ports)) return filled;
  const full = ports.map((port: Json) => ({ protocol: 'TCP', targetPort: port['port'], ...port }));
  return withAt(filled, ['spec', 'ports'], full);
}

/** `stringData` is written into `data` and never read back. */
function secret(object: Json): Json {
  const { stringData, ...rest } = object;
  const encoded = Object.entries(isJson(stringData) ? stringData : {}).map(([name, text]) => [
    name,
    Buffer.from(String(text)).toString('base64'),
  ]);
  const data = at(object, 'data');
  const all = { ...(isJson(data) ? data : {}), ...(Object.fromEntries(encoded) as Json) };
  return { type: 'Opaque', ...rest, ...(Object.keys(all).length > 0 ? { data: all } : {}) };
}
