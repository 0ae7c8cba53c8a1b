/** A version as tags and changelogs write it. */
export interface VersionName {
  /** What stands before it: a package's name, `release`; empty for `v1.2.0` and `1.2.0`. */
  readonly series: string;
  /** The numbers and the pre-release, as written. */
  readonly version: string;
  readonly isPreRelease: boolean;
  /** `2.0.0`, `2.0`, `2026.1`: more than a patch of something. */
  readonly isMajor: boolean;
}

const form =
  /^(?:(.*?)[@/_-])??(?:v(?:er(?:sion)?)?[-_.]?|r(?=\d))?(\d{1,8}(?:[._-]\d{1,6}){0,3})(?:[-_.]?((?:alpha|beta|a|b|rc|cr|m|pre|preview|dev|canary|next|nightly|snapshot|insiders?|milestone|ea|experimental|post|test)[-_.]?[0-9A-Za-z.-]*|(?<=\d-)[0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/i;
const plainSeries = /^(?:v|ver|version|release|releases|rel|refs|tags?)$/i;

/** `v1.2.0`, `@scope/pkg@1.2.0`, `api/v2.0.0-rc.1`, `release-1.2`, `1.2`, `2026.01.15`; undefined for any other name. */
export function versionName(name: string): VersionName | undefined {
  const found = form.exec(name);
  if (found === null) return undefined;
  const [, series = '', numbers = '', preRelease] = found;
  const parts = numbers.split(/[._-]/);
  // A lone number is a version only where its name says so: `v2`, `release-3`; `build-1234` counts builds.
  const isSaid = /^(?:v|ver|version|rel(?:ease)?)[-_./]?\d/i.test(name);
  if (parts.length === 1 && (!isSaid || numbers.length > 3)) return undefined;
  const bare = series.replace(/^.*\/(?=v?$)/, '');
  return {
    series: plainSeries.test(bare) ? '' : bare.toLowerCase(),
    version: preRelease === undefined ? numbers : `${numbers}-${preRelease}`,
    isPreRelease: preRelease !== undefined && !/^post/i.test(preRelease),
    isMajor: parts.length < 3 || Number(parts[2]) === 0,
  };
}

/** Equal for what is the same release: `v1.2.0` and the changelog's `1.2`. */
export function releaseKey(series: string, version: string): string {
  const numbers = version.replace(/[_-](?=\d)/g, '.').replace(/(?:\.0+)+(?=$|-)/, '');
  return `${series.split('/').at(-1) ?? ''}|${numbers.toLowerCase()}`;
}
