/** So many lines of a log are shown, */
const MOST_LINES = 20;
/** each cut at so many characters. */
const LONGEST_LINE = 500;
/** More of a log is not read: what is kept then is the end of its first part. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The last lines of a log, without the runtime's timestamps. */
export async function lastLines(stream: AsyncIterable<Buffer>): Promise<readonly string[]> {
  let kept: string[] = [];
  let rest = '';
  let bytes = 0;
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    bytes += chunk.length;
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (parts.pop() ?? '').slice(0, MOST_BYTES);
    kept = [...kept, ...parts].slice(-MOST_LINES);
    if (bytes >= MOST_BYTES) break;
  }
  if (rest !== '') kept = [...kept, rest].slice(-MOST_LINES);
  return kept.map((line) => line.replace(/^\S+ /, '').slice(0, LONGEST_LINE));
}
