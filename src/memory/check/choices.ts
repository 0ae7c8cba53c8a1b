/** Things of which a project has one: whoever says two of them contradicts himself. */
export interface Choice {
  /** As said in a message: "two package managers". */
  readonly subject: string;
  /** Name of the option → how it is written behind a word of use. Lower case. */
  readonly options: Readonly<Record<string, RegExp>>;
  /** Pairs of options that do not exclude each other. */
  readonly compatible?: readonly (readonly [string, string])[];
}

/** Each pattern is tried at the place behind "use", "prefer" and the like. */
export const choices: readonly Choice[] = [
  {
    subject: 'package managers',
    options: {
      npm: /^npm\b(?! (?:registry|package|scripts?|audit|link|publish|token|view|version))/,
      pnpm: /^pnpm\b/,
      yarn: /^yarn\b/,
      bun: /^bun\b(?! (?:test|build|run))/,
    },
  },
  {
    subject: 'ways to indent',
    options: {
      tabs: /^tabs?\b(?! (?:bar|order|index|view|component|completion|panel|group))/,
      '2 spaces': /^(?:2|two)[ -]spaces?\b/,
      '4 spaces': /^(?:4|four)[ -]spaces?\b/,
      '8 spaces': /^(?:8|eight)[ -]spaces?\b/,
      spaces: /^spaces\b/,
    },
    compatible: [
      ['spaces', '2 spaces'],
      ['spaces', '4 spaces'],
      ['spaces', '8 spaces'],
    ],
  },
  {
    subject: 'kinds of quotes',
    options: { 'single quotes': /^single[ -]quote[sd]?\b/, 'double quotes': /^double[ -]quote[sd]?\b/ },
  },
  {
    subject: 'test runners',
    options: {
      vitest: /^vitest\b/,
      jest: /^jest\b(?!-dom)/,
      mocha: /^mocha\b/,
      jasmine: /^jasmine\b/,
      ava: /^ava\b/,
      pytest: /^pytest\b/,
      unittest: /^unittest\b/,
    },
    compatible: ['vitest', 'jest', 'mocha', 'jasmine', 'ava'].flatMap((js) =>
      ['pytest', 'unittest'].map((python) => [js, python] as const),
    ),
  },
  {
    subject: 'Python package managers',
    options: { pip: /^pip\b/, poetry: /^poetry\b/, uv: /^uv\b/, pipenv: /^pipenv\b/, conda: /^conda\b/ },
  },
  {
    subject: 'formatters',
    options: { prettier: /^prettier\b/, biome: /^biome\b/, dprint: /^dprint\b/ },
  },
  {
    subject: 'module systems',
    options: {
      'ES modules': /^(?:es ?modules|esm|es6 modules|import\/export)\b/,
      CommonJS: /^(?:commonjs|common ?js|cjs)\b/,
    },
  },
  {
    subject: 'kinds of components',
    options: {
      'function components': /^function(?:al)? components\b/,
      'class components': /^class components\b/,
    },
  },
  { subject: 'rules about semicolons', options: { semicolons: /^semi-?colons\b/ } },
];
