/** Asks again and again until the answer is neither `undefined` nor `false`; the test fails with `what` after `timeout` ms. */
export async function until<T>(
  what: string,
  probe: () => Promise<T> | T,
  timeout = 30_000,
): Promise<Exclude<T, undefined | false>> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (Date.now() > end) throw new Error(`Waited ${timeout} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
