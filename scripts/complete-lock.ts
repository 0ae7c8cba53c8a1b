// node scripts/complete-lock.ts: writes into package-lock.json what a registry mirror without other platforms'
// packages makes npm leave out; npm ci then refuses the lock file, here and everywhere. Run it after npm install
// when the test of the lock file says so. Entries it writes have no integrity: npm fills it in where it can.
import { readFileSync, writeFileSync } from 'node:fs';

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/** Optional dependencies that the lock file names and does not hold, as [path, entry]. */
export function missingEntries(lock: Lock): readonly (readonly [string, LockEntry])[] {
  const missing = new Map<string, LockEntry>();
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const places = [`${place === '' ? '' : `${place}/`}node_modules/${name}`, `node_modules/${name}`];
      if (places.some((path) => path in lock.packages) || !/^\d+\.\d+\.\d+\S*$/.test(version)) continue;
      const platform = platformOf(name);
      if (platform)
        missing.set(`node_modules/${name}`, {
          version,
          ...platform,
          ...(entry.dev ? { dev: true } : {}),
          optional: true,
        });
    }
  }
  return [...missing];
}

/** From names such as `binding-linux-arm64-musl` or `cli-darwin-x64`; npm installs an entry only where all of it holds. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | undefined {
  const found =
    /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/.exec(
      name,
    );
  if (!found) return undefined;
  const [, os = '', cpu = '', abi = ''] = found;
  const libc = os !== 'linux' ? undefined : abi.startsWith('musl') ? 'musl' : 'glibc';
  return { cpu: [cpu], os: [os], ...(libc ? { libc: [libc] } : {}) };
}

function main(): void {
  const path = 'package-lock.json';
  const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock;
  const missing = missingEntries(lock);
  const all = { ...lock.packages, ...Object.fromEntries(missing) };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
  process.stdout.write(`${missing.length} entries added to ${path}\n`);
}

if (process.argv[1]?.endsWith('complete-lock.ts')) main();
