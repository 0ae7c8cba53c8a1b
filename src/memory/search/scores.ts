/** Scores by number, one array for all queries; only what was touched has to be cleared. */
export class Scores {
  readonly touched: number[] = [];
  #scores = new Float64Array(0);

  /** All scores are 0 again, and there is room for numbers below `numbers`. */
  clear(numbers: number): void {
    for (const number of this.touched) this.#scores[number] = 0;
    this.touched.length = 0;
    if (this.#scores.length < numbers) this.#scores = new Float64Array(numbers * 2);
  }

  /** `gained` is above 0. */
  add(number: number, gained: number): void {
    const before = this.#scores[number] ?? 0;
    if (before === 0) this.touched.push(number);
    this.#scores[number] = before + gained;
  }

  raise(number: number, score: number): void {
    if (score > this.of(number)) this.add(number, score - this.of(number));
  }

  /** 0 for -1, which stands for no number. */
  of(number: number): number {
    return number < 0 ? 0 : (this.#scores[number] ?? 0);
  }
}
