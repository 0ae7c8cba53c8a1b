/** Items on their way at once, and their weight: what is read ahead stays small. */
const maxAhead = 32;
const maxWeight = 4 * 1024 * 1024;

/**
 * Applies `change` to several items at once and gives the results in the order of the items. `change` must not reject.
 */
export async function* inOrder<Item, Changed>(
  items: AsyncIterable<Item>,
  weightOf: (item: Item) => number,
  change: (item: Item) => Promise<Changed>,
): AsyncGenerator<Changed> {
  const waiting: { readonly result: Promise<Changed>; readonly weight: number }[] = [];
  let weight = 0;
  for await (const item of items) {
    const own = weightOf(item);
    waiting.push({ result: change(item), weight: own });
    weight += own;
    while (waiting.length >= maxAhead || weight > maxWeight) {
      const first = waiting.shift();
      if (first === undefined) break;
      weight -= first.weight;
      yield await first.result;
    }
  }
  for (const { result } of waiting) yield await result;
}
