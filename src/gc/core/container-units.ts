interface InUnit {
  readonly podUid: string;
  readonly name: string;
}

/** The kubelet's eviction units: the instances of each container of each pod, in the order given; units in the order of their first instance. */
export function containerUnits<Container extends InUnit>(containers: readonly Container[]): Container[][] {
  const units: Container[][] = [];
  const byName = new Map<string, Map<string, Container[]>>(); // names are fewer than pods, so there are few inner maps
  for (const container of containers) {
    let byPod = byName.get(container.name);
    if (!byPod) byName.set(container.name, (byPod = new Map()));
    const unit = byPod.get(container.podUid);
    if (unit) unit.push(container);
    else {
      const made = [container];
      byPod.set(container.podUid, made);
      units.push(made);
    }
  }
  return units;
}
