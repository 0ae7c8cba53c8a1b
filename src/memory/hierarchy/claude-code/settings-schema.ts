type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isSwitch: Check = (value) => typeof value === 'boolean';
const isNumber: Check = (value) => typeof value === 'number';
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isMapOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value as object).every(check);
const isShape =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && wrongKey(value as Record<string, unknown>, shape) === undefined;

const modes = [
  'default',
  'acceptEdits',
  'bypassPermissions',
  'plan',
  'dontAsk',
  'auto',
  'delegate',
  'manual',
];

const known: Readonly<Record<string, Check>> = {
  model: isText,
  claudeMd: isText,
  claudeMdExcludes: isTexts,
  autoMemoryEnabled: isSwitch,
  autoMemoryDirectory: isText,
  includeCoAuthoredBy: isSwitch,
  cleanupPeriodDays: isNumber,
  statusLine: isObject,
  permissions: isShape({
    allow: isTexts,
    deny: isTexts,
    ask: isTexts,
    additionalDirectories: isTexts,
    defaultMode: (value) => isText(value) && modes.includes(value as string),
  }),
  enabledPlugins: isMapOf((value) => isSwitch(value) || isTexts(value)),
  pluginConfigs: isMapOf(isShape({ options: isObject })),
};

/**
 * What is wrong with settings, or undefined. Claude Code 2.1.330 leaves out a settings file as a whole where one known
 * key holds a value of the wrong type (tried key by key; unknown keys, `env` and `hooks` do no harm). Only the keys that
 * bear on memory and those most used are known here.
 */
export function settingsProblem(values: Readonly<Record<string, unknown>>): string | undefined {
  const key = wrongKey(values, known);
  return key === undefined ? undefined : `the value of ${key} has the wrong type`;
}

/** Managed settings without the keys that hold a value of the wrong type: of these the rest is used (2.1.330). */
export function withoutWrongKeys(
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => known[key] === undefined || known[key](value)),
  );
}

function wrongKey(
  values: Readonly<Record<string, unknown>>,
  shape: Readonly<Record<string, Check>>,
): string | undefined {
  return Object.entries(shape).find(([key, check]) => values[key] !== undefined && !check(values[key]))?.[0];
}
