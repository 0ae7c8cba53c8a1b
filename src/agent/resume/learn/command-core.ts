/** A command without the ways around it: `cd x && FOO=1 npm test 2>&1 | tail -5` is `npm test`. */
export function shellCore(command: string): string {
  return command
    .trim()
    .replace(
      /^(?:(?:cd\s+(?:"[^"]*"|'[^']*'|\S+)|export\s+\S+|set\s+-\S+(?:\s+pipefail)?)\s*(?:&&|;|\n)\s*)+/,
      '',
    )
    .replace(/^(?:(?:env|timeout\s+\S+|time|sudo)\s+|[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*)\s+)+/, '')
    .replace(/\s+\d?>{1,2}\s*(?:&\d|\S+)/g, '')
    .replace(/\s*\|\s*(?:tail|head|tee|cat|grep|less)\b[^|&;]*/g, '')
    .replace(/\s*(?:\|\|\s*true|;\s*echo\b.*|&&\s*echo\b.*)$/s, '')
    .replace(/\s+/g, ' ')
    .trim();
}
