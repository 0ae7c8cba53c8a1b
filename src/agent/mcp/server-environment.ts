/** What a program needs to run at all, by name; Windows' among them. */
const handedOn = new Set([
  'PATH',
  'HOME',
  'LANG',
  'LANGUAGE',
  'LOGNAME',
  'SHELL',
  'TERM',
  'TMPDIR',
  'TZ',
  'USER',
  'APPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATHEXT',
  'PROGRAMFILES',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
]);

/** The environment of a server: what any program needs, and what its own entry names. No keys of the person's. */
export function serverEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(environment).filter(
    ([name]) => handedOn.has(name.toUpperCase()) || name.startsWith('LC_'),
  );
  return { ...Object.fromEntries(kept), ...own };
}
