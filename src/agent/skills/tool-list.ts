/**
 * Tools or rules as front matter writes them: a list, or one text with commas or spaces between them. What stands in
 * parentheses is not cut: `Bash(npm run *), Read` are two. Anything else is no list.
 */
export function readToolList(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return split(value);
  if (!Array.isArray(value)) return undefined;
  return value.filter((item) => typeof item === 'string').flatMap((item) => item.trim() || []);
}

function split(text: string): readonly string[] {
  const items: string[] = [];
  let depth = 0;
  let item = '';
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth = Math.max(0, depth - 1);
    if (depth === 0 && /[\s,]/.test(character)) {
      items.push(item);
      item = '';
    } else item += character;
  }
  return [...items, item].filter((one) => one !== '');
}
