import { describe, expect, it } from 'vitest';
import { checkIn, covers } from '../../../../src/agent/resume/brief/check-command.ts';

const kindOf = (command: string) => checkIn(command)?.kind;

describe('a command that checks', () => {
  it.each([
    ['npm test', 'test'],
    ['npm t', 'test'],
    ['cd web && CI=1 npm run test:unit -- --run 2>&1', 'test'],
    ['npx -y vitest run src', 'test'],
    ['./node_modules/.bin/jest', 'test'],
    ['python -m pytest -q tests/', 'test'],
    ['uv run pytest', 'test'],
    ['bundle exec rspec', 'test'],
    ['cargo nextest run', 'test'],
    ['go test ./...', 'test'],
    ['./gradlew :app:test', 'test'],
    ['node --test', 'test'],
    ['bash -c "make check"', 'lint'],
    ['pnpm lint', 'lint'],
    ['cargo clippy --all', 'lint'],
    ['go vet ./...', 'lint'],
    ['npx tsc --noEmit', 'build'],
    ['make', 'build'],
    ['mvn -q package', 'build'],
    ['cmake --build out', 'build'],
  ])('%s is one of kind %s', (command, kind) => {
    expect(kindOf(command)).toBe(kind);
  });

  it.each([
    'npm install vitest',
    'cat test/a.test.ts',
    'grep -rn "npm test" .',
    'git commit -m "npm test passes"',
    'echo check',
    'ls build',
    'python test.py',
    'make install',
    'rm -rf build',
    '',
    '"',
  ])('%s is none', (command) => {
    expect(kindOf(command)).toBeUndefined();
  });

  it('is not believed where something stands behind it', () => {
    const masked = (command: string) => checkIn(command)?.isMasked;
    expect(masked('npm test | tail -3')).toBe(true);
    expect(masked('npm test || true')).toBe(true);
    expect(masked('npm test; echo done')).toBe(true);
    expect(masked('set -o pipefail; npm test | tail -3')).toBe(false);
    expect(masked('npm test')).toBe(false);
    expect(masked('cd web; npm test')).toBe(false);
    expect(masked('npm test;')).toBe(false);
  });

  it('says the same of a part only as a whole', () => {
    const check = (command: string) => checkIn(command)!;
    expect(covers(check('npx vitest run'), check('npx vitest run a.test.ts'))).toBe(true);
    expect(covers(check('npx vitest run a.test.ts'), check('npx vitest run'))).toBe(false);
    expect(covers(check('npm test'), check('cd web && npm test 2>&1 | tail -5'))).toBe(true);
    expect(covers(check('npm run lint'), check('npm test'))).toBe(false);
  });
});
