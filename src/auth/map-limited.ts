/** Maps with at most `limit` calls under way; answers in the order of `items`. The first rejection rejects, and no further call is begun. */
export async function mapLimited<Item, Answer>(
  items: readonly Item[],
  limit: number,
  map: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const rest = items.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (failed) return;
      try {
        answers[index] = await map(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return answers;
}
