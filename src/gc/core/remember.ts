const MOST = 10_000;

/**
 * A function of a text whose answers are remembered: images are called the same on many nodes. After so many texts it forgets them all; texts
 * without an answer are asked for again.
 */
export function remember<Answer extends object | boolean>(
  answer: (text: string) => Answer | undefined,
): (text: string) => Answer | undefined {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const found = answer(text);
    if (found === undefined) return undefined;
    if (answers.size >= MOST) answers.clear();
    answers.set(text, found);
    return found;
  };
}
