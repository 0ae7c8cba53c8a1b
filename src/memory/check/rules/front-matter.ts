import type { CheckRule } from '../check-input.ts';

export const frontMatter: CheckRule = {
  name: 'front-matter',
  severity: 'warning',
  summary: 'The YAML at the head of the file is broken and was not used.',
  help: 'A rule whose front matter cannot be read loses its `paths:` and then loads always (an error); elsewhere keys such as `description` are lost. Correct the YAML: quote values that hold `: `, `#` or start with a sign.',
  find: ({ files }) =>
    files.flatMap(({ path, file, resolved, at }) => {
      const head = file.frontMatter;
      if (head === undefined || resolved?.state === 'skipped') return [];
      return file.problems
        .filter(({ range }) => range?.start === head.range.start && range.end === head.range.end)
        .map(({ message }) => ({
          path,
          severity: isRule(path) ? ('error' as const) : ('warning' as const),
          range: at(head.range),
          message: isRule(path)
            ? `${message} Without its paths the rule loads always: correct the YAML.`
            : message,
        }));
    }),
};

function isRule(path: string): boolean {
  return /[/\\]\.claude[/\\]rules[/\\]/.test(path);
}
