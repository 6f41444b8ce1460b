/** The kubelet's folders of logs: `evictPodLogsDirectories` of pkg/kubelet/kuberuntime/kuberuntime_gc.go, Kubernetes 1.29 to 1.35. */

/** The pod of a folder of /var/log/pods: `<namespace>_<pod>_<uid>`, or the bare uid of old kubelets. */
export function podUidOfLogDir(name: string): string {
  return name.slice(name.lastIndexOf('_') + 1);
}

/** Folders of pods that are gone; none while it is not known which pods there are. */
export function planLogDirGc(
  dirs: readonly string[],
  livePodUids: ReadonlySet<string>,
  allSourcesReady: boolean,
): readonly string[] {
  return allSourcesReady ? dirs.filter((name) => !livePodUids.has(podUidOfLogDir(name))) : [];
}
