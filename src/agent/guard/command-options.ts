/** `-o`, `-ofile`, `-xo` (letters together), `--output`, `--output=file` and its unambiguous beginnings. */
export function hasOption(args: readonly string[], ...options: readonly string[]): boolean {
  const end = args.indexOf('--');
  const candidates = end === -1 ? args : args.slice(0, end);
  return candidates.some((arg) => options.some((option) => isOption(arg, option)));
}

function isOption(arg: string, option: string): boolean {
  if (arg === option) return true;
  if (option.startsWith('--')) {
    const name = arg.split('=')[0] ?? '';
    return name.length >= 4 && name.startsWith('--') && option.startsWith(name);
  }
  if (option.length > 2) return arg.split('=')[0] === option;
  const letter = option.slice(1);
  return (
    /^-[a-zA-Z]/.test(arg) && !arg.startsWith('--') && arg.slice(1).split('=')[0]?.includes(letter) === true
  );
}

/** The first word that is no option; empty where there is none. */
export function firstWord(args: readonly string[]): string {
  return args.find((arg) => !arg.startsWith('-')) ?? '';
}
