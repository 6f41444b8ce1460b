/** What this adapter was written for: 1.40 (Docker 19.03) to 1.51 (Docker 28.3). */
const OLDEST = 40;
const NEWEST = 51;

/**
 * The version of the API to ask in, all of whose paths bear it: the newest that both sides know.
 * @param offered the engine's newest (the header `Api-Version` of `/_ping`), such as `1.41`
 * @returns undefined when the engine is too old
 */
export function chooseApiVersion(offered: string): string | undefined {
  const [, minor] = /^1\.(\d+)$/.exec(offered) ?? [];
  if (minor === undefined || Number(minor) < OLDEST) return undefined;
  return `1.${Math.min(Number(minor), NEWEST)}`;
}
