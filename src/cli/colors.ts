import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours only for a person: on a terminal, unless `NO_COLOR` is set (no-color.org) or the terminal is dumb. */
export function colorsFor(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): Colors {
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  const forced = (environment['FORCE_COLOR'] ?? '0') !== '0';
  return picocolors.createColors(!refused && (isTerminal || forced));
}
