const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/gs;
const USUAL_END = '":';

/** How many names stand in the objects of a JSON text, one that comes twice counted twice. */
export function namesIn(json: string): number {
  let names = 0;
  if (json.includes(':')) for (const [, colon] of json.matchAll(STRINGS)) if (colon !== undefined) names += 1;
  return names;
}

/** Whether so many names stand in the objects of a JSON text. Most texts have a name's end nowhere but behind names, so that no string need be looked at. */
export function hasNames(json: string, names: number): boolean {
  let ends = 0;
  for (let at = json.indexOf(USUAL_END); at >= 0; at = json.indexOf(USUAL_END, at + 2)) ends += 1;
  return ends === names || namesIn(json) === names;
}
