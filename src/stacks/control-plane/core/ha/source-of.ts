import type { LedComponent } from '../control-plane-facts.js';
import { type Flag, flagValue, withFlag } from '../parse-flags.js';
import type { ComponentSource, HostMount, RunningComponent } from './ha-facts.js';
import type { GivenComponent } from './ha-input.js';
import type { Missing } from './ha-plan.js';

/** The name of each in the request. */
const GIVEN_AS = { 'kube-scheduler': 'scheduler', 'kube-controller-manager': 'controllerManager' } as const;

/** Flags without which another instance would not do what the present one does. */
const NEEDED: Readonly<Record<LedComponent, readonly string[]>> = {
  'kube-scheduler': ['kubeconfig'],
  'kube-controller-manager': ['kubeconfig', 'root-ca-file', 'service-account-private-key-file'],
};

/**
 * What further instances of a component are run from: the image, flags and mounts of the first pod that shows them, changed by what is given. In any case it elects a leader, has a
 * kubeconfig for each of its three uses (as kubeadm writes them, v1.34 `phases/controlplane/manifests.go`), listens on loopback unless told otherwise, and sees every file that its flags name.
 */
export function sourceOf(
  component: LedComponent,
  running: readonly RunningComponent[],
  given: GivenComponent,
): ComponentSource | { readonly missing: readonly Missing[] } {
  const shown = running.find((one) => one.component === component);
  const image = given.image ?? shown?.image;
  const named = Object.entries(given.flags ?? {}).reduce<readonly Flag[]>(
    (flags, [name, value]) => withFlag(flags, name, value),
    shown?.flags ?? [],
  );
  const missing = [
    ...(image === undefined ? ['image'] : []),
    ...NEEDED[component].filter((name) => flagValue(named, name) === undefined).map((name) => `flags/${name}`),
  ];
  if (image === undefined || missing.length > 0) {
    const because = shown
      ? `the arguments of its pod on ${shown.node} do not have it`
      : `no pod of ${component} in kube-system shows it: it does not run as a static pod`;
    return {
      missing: missing.map((what) => ({
        pointer: `/parameters/${GIVEN_AS[component]}/${what}`,
        detail: `must be given, as the present ${component} has it: ${because}`,
      })),
    };
  }
  const flags = complete(named);
  return { image, flags, mounts: mountsOf(flags, shown?.mounts ?? [], given.hostPaths ?? []) };
}

/** Files of the node that flags name. */
export function filesOf(flags: readonly Flag[]): readonly string[] {
  return [...new Set(flags.filter(isFile).map(({ value }) => value))];
}

function isFile({ name, value }: Flag): boolean {
  return value.startsWith('/') && /(^|-)(kubeconfig|file|config)$/.test(name);
}

function complete(flags: readonly Flag[]): readonly Flag[] {
  const kubeconfig = flagValue(flags, 'kubeconfig') ?? '';
  const wanted: readonly (readonly [string, string])[] = [
    ['authentication-kubeconfig', flagValue(flags, 'authentication-kubeconfig') ?? kubeconfig],
    ['authorization-kubeconfig', flagValue(flags, 'authorization-kubeconfig') ?? kubeconfig],
    ['bind-address', flagValue(flags, 'bind-address') ?? '127.0.0.1'],
    ['leader-elect', 'true'],
  ];
  return wanted.reduce((done, [name, value]) => withFlag(done, name, value), flags);
}

/** Single files must be there (`File`): a kubelet would make an empty one for `FileOrCreate`, and the component fail by it. */
function mountsOf(
  flags: readonly Flag[],
  shown: readonly HostMount[],
  hostPaths: readonly string[],
): readonly HostMount[] {
  const files = new Map(
    flags
      .filter(isFile)
      .map(({ name, value }) => [value, name] as const)
      .toReversed(),
  );
  const kept = shown
    .filter(({ mountPath, type }) => !type?.startsWith('File') || files.has(mountPath))
    .map((mount) => (mount.type?.startsWith('File') ? { ...mount, type: 'File' } : mount));
  const taken = new Set(kept.map(({ name }) => name));
  const isCovered = (path: string): boolean =>
    kept.some(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`));
  const ofFlags = [...files]
    .filter(([path]) => !isCovered(path))
    .map(([path, name]) => ({
      name: taken.has(name) ? `own-${name}` : name,
      path,
      mountPath: path,
      type: 'File',
      readOnly: true,
    }));
  const others = hostPaths
    .filter((path) => !isCovered(path) && !files.has(path))
    .map((path, place) => ({ name: `host-path-${place + 1}`, path, mountPath: path, readOnly: true }));
  return [...kept, ...ofFlags.toSorted((left, right) => (left.name < right.name ? -1 : 1)), ...others];
}
