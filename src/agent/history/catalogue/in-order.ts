/** Lets asynchronous work of one owner happen one after the other, in the order it was asked for. */
export class InOrder {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
