/**
 * What is remembered of each node's counters between cycles.
 *
 * Contract: of each node at least the readings of its two newest cycles are kept, so that a shard that is collected twice for one cycle finds the reading
 * before that cycle both times. Saving a node's reading of a cycle again replaces it. One call is atomic. Any process may save what another one loads.
 * A reading is bytes here, as `encodeReading` gives them: a shard's readings wait from its first node to its last, and as objects they would be
 * most of what the garbage collector has to copy.
 */
export abstract class PreviousReadings {
  /** Of each of these nodes the newest reading of a cycle strictly before the given one; a node without one is absent. */
  abstract load(nodes: readonly string[], beforeCycleMs: number): Promise<ReadonlyMap<string, Buffer>>;
  /** @param readings by node, all of this cycle */
  abstract save(cycleAtMs: number, readings: ReadonlyMap<string, Buffer>): Promise<void>;
  /** Forgets the readings of cycles before this instant: of nodes that are gone. */
  abstract trim(beforeMs: number): Promise<void>;
}
