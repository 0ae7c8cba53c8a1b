/** Keeps the best of many, within fixed memory. Equal ones stay in the order they came. */
export class Best {
  readonly #limit: number;
  readonly #numbers: number[] = [];
  readonly #scores: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What a score has to be above to be kept. */
  get threshold(): number {
    return this.#scores.length < this.#limit ? 0 : (this.#scores.at(-1) ?? 0);
  }

  /** `score` is above 0. */
  offer(number: number, score: number): void {
    const scores = this.#scores;
    if (score <= this.threshold) return;
    let at = scores.length;
    while (at > 0 && (scores[at - 1] ?? 0) < score) at -= 1;
    scores.splice(at, 0, score);
    this.#numbers.splice(at, 0, number);
    if (scores.length <= this.#limit) return;
    scores.pop();
    this.#numbers.pop();
  }

  /** Best first. */
  list(): readonly { readonly number: number; readonly score: number }[] {
    return this.#numbers.map((number, index) => ({ number, score: this.#scores[index] ?? 0 }));
  }
}
