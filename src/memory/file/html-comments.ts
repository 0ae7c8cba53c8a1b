/**
 * Replaces every closed `<!-- … -->`. A search by hand, because the obvious pattern takes quadratic time on
 * comments that never close.
 */
export function replaceComments(text: string, replacement: (comment: string) => string): string {
  let result = '';
  let done = 0;
  for (let open = text.indexOf('<!--'); open >= 0; open = text.indexOf('<!--', done)) {
    const close = text.indexOf('-->', open + 4);
    if (close < 0) break;
    result += text.slice(done, open) + replacement(text.slice(open, close + 3));
    done = close + 3;
  }
  return result + text.slice(done);
}
