const MOST = 10_000;

/**
 * A function whose answers are remembered: images are called the same on many nodes. After so many questions it forgets them all; one whose
 * answer is `undefined` is asked again.
 */
export function remember<Question, Answer>(answer: (question: Question) => Answer): (question: Question) => Answer {
  const answers = new Map<Question, Answer>();
  return (question) => {
    const known = answers.get(question);
    if (known !== undefined) return known;
    const found = answer(question);
    if (found === undefined) return found;
    if (answers.size >= MOST) answers.clear();
    answers.set(question, found);
    return found;
  };
}
