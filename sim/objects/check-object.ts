import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../resources.js';
import { Refusal } from '../status.js';
import { at, isJson, type Json } from './json.js';

interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];
/** Fields that stay as they were made. */
const IMMUTABLE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Deployment: [['spec', 'selector']],
  DaemonSet: [['spec', 'selector']],
  StatefulSet: [
    ['spec', 'selector'],
    ['spec', 'serviceName'],
    ['spec', 'volumeClaimTemplates'],
    ['spec', 'podManagementPolicy'],
  ],
  Job: [
    ['spec', 'selector'],
    ['spec', 'template'],
    ['spec', 'completions'],
  ],
  Service: [['spec', 'clusterIP']],
  PersistentVolumeClaim: [
    ['spec', 'storageClassName'],
    ['spec', 'accessModes'],
    ['spec', 'volumeName'],
  ],
  RoleBinding: [['roleRef']],
  ClusterRoleBinding: [['roleRef']],
  Secret: [['type']],
};

/** Refuses (422) an object that is not valid, or that changes what cannot be changed: a small part of what the API server checks. */
export function checkObject(resource: Resource, object: Json, live: Json | undefined): void {
  const causes = [...checkName(resource, object), ...checkWorkload(object), ...checkImmutable(object, live)];
  if (causes.length === 0) return;
  const { group, kind } = resource;
  const name = String(at(object, 'metadata', 'name'));
  const list = causes.map(({ field, message }) => `${field}: ${message}`);
  const what = group === '' ? kind : `${kind}.${group}`;
  const message = `${what} "${name}" is invalid: ${list.length === 1 ? list[0] : `[${list.join(', ')}]`}`;
  throw new Refusal(422, message, { details: { name, group, kind, causes } });
}

function checkName({ group }: Resource, object: Json): Cause[] {
  const name = String(at(object, 'metadata', 'name'));
  if (group === 'rbac.authorization.k8s.io' || (SUBDOMAIN.test(name) && name.length <= 253)) return [];
  const message = `Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'`;
  return [{ reason: 'FieldValueInvalid', message, field: 'metadata.name' }];
}

function checkWorkload(object: Json): Cause[] {
  if (!WORKLOADS.includes(String(object['kind']))) return [];
  const selected = at(object, 'spec', 'selector', 'matchLabels');
  const labels = at(object, 'spec', 'template', 'metadata', 'labels');
  if (!isJson(selected)) return [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' }];
  const isSelected = Object.entries(selected).every(([name, value]) => at(labels, name) === value);
  const containers = at(object, 'spec', 'template', 'spec', 'containers');
  const field = 'spec.template.spec.containers';
  const required = (which: string): Cause => ({
    reason: 'FieldValueRequired',
    message: 'Required value',
    field: which,
  });
  return [
    ...(isSelected
      ? []
      : [
          {
            reason: 'FieldValueInvalid',
            message: `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``,
            field: 'spec.template.metadata.labels',
          },
        ]),
    ...(Array.isArray(containers) && containers.length > 0 ? [] : [required(field)]),
    ...(Array.isArray(containers) ? containers : []).flatMap((container: unknown, index) =>
      ['name', 'image'].flatMap((name) => (at(container, name) ? [] : [required(`${field}[${index}].${name}`)])),
    ),
  ];
}

function checkImmutable(object: Json, live: Json | undefined): Cause[] {
  if (!live) return [];
  const frozen = at(live, 'immutable') === true ? [['data']] : [];
  return [...(IMMUTABLE[String(object['kind'])] ?? []), ...frozen].flatMap((path) => {
    const [before, after] = [at(live, ...path), at(object, ...path)];
    if (before === undefined || isDeepStrictEqual(before, after)) return [];
    const message = `Invalid value: ${JSON.stringify(after)}: field is immutable`;
    return [{ reason: 'FieldValueInvalid', message, field: path.join('.') }];
  });
}
