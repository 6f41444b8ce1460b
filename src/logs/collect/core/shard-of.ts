/** The shard of a pod: FNV-1a of its uid. It must stay as it is: workers of two versions run at once. */
export function shardOf(podUid: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < podUid.length; index += 1) {
    hash = Math.imul(hash ^ podUid.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % shards;
}
