/** What package.json and the code have to agree on, as far as this guardian reads it. */
export interface Manifest {
  readonly activationEvents?: readonly string[];
  readonly icon?: string;
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
      readonly enablement?: string;
    }[];
    readonly viewsWelcome?: readonly { readonly when?: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: {
      readonly activitybar: readonly { readonly id: string; readonly icon: string }[];
    };
    readonly menus: Readonly<
      Record<
        string,
        readonly { readonly command?: string; readonly submenu?: string; readonly when?: string }[]
      >
    >;
    readonly keybindings?: readonly {
      readonly command: string;
      readonly when?: string;
      /** Of `runCommands`: names, or names with arguments. */
      readonly args?: { readonly commands?: readonly (string | { readonly command: string })[] } | string;
    }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
    readonly walkthroughs?: readonly {
      readonly steps: readonly {
        readonly completionEvents?: readonly string[];
        readonly media: Readonly<Record<string, string>>;
      }[];
    }[];
  };
}

interface Setting {
  readonly default?: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly scope?: string;
}

/** The code's side: ids as `src/views/contributions.ts` has them. */
export interface CodeIds {
  readonly commands: readonly string[];
  readonly containers: readonly string[];
  readonly views: readonly string[];
  readonly settings: readonly string[];
  readonly contextKeys: readonly string[];
  readonly schemes: readonly string[];
}

export interface Surroundings {
  readonly strings: Readonly<Record<string, string>>;
  readonly fileExists: (path: string) => boolean;
}

/** Every way in which manifest, strings, media and code do not agree, each in a sentence. */
export function manifestProblems(
  manifest: Manifest,
  code: CodeIds,
  surroundings: Surroundings,
): readonly string[] {
  const { contributes } = manifest;
  const commands = contributes.commands.map((command) => command.command);
  const views = Object.values(contributes.views)
    .flat()
    .map((view) => view.id);
  const containers = contributes.viewsContainers.activitybar.map((container) => container.id);
  const settings = contributes.configuration.flatMap((section) => Object.entries(section.properties));
  return [
    ...difference('command', commands, code.commands),
    ...difference('container', containers, code.containers),
    ...difference('view', views, code.views),
    ...difference(
      'setting',
      settings.map(([id]) => id),
      code.settings,
    ),
    ...contributes.commands
      .filter((command) => command.category !== 'Varve')
      .map((command) => `${command.command} has not the category Varve`),
    ...settings.flatMap(([id, setting]) => settingProblems(id, setting)),
    ...usedCommands(manifest)
      .filter((id) => id.startsWith('varve.') && !commands.includes(id))
      .map((id) => `${id} is used and not declared`),
    ...keybindingProblems(manifest),
    ...whenProblems(manifest, [...code.contextKeys, ...code.settings, ...code.views]),
    ...activationProblems(manifest, [...commands, ...views, ...code.schemes]),
    ...mediaPaths(manifest)
      .filter((path) => !surroundings.fileExists(path))
      .map((path) => `${path} is not there`),
    ...stringProblems(JSON.stringify(manifest), surroundings.strings),
  ];
}

function difference(what: string, declared: readonly string[], coded: readonly string[]): readonly string[] {
  return [
    ...declared
      .filter((id) => !coded.includes(id))
      .map((id) => `${what} ${id} is declared and not in the code`),
    ...coded
      .filter((id) => !declared.includes(id))
      .map((id) => `${what} ${id} is in the code and not declared`),
    ...declared
      .filter((id, index) => declared.indexOf(id) !== index)
      .map((id) => `${what} ${id} is declared twice`),
  ];
}

function settingProblems(id: string, setting: Setting): readonly string[] {
  const described = setting.description !== undefined || setting.markdownDescription !== undefined;
  return [
    ...(setting.default === undefined ? [`setting ${id} has no default`] : []),
    ...(described ? [] : [`setting ${id} has no description`]),
    ...(setting.scope === undefined ? [`setting ${id} has no scope`] : []),
  ];
}

function usedCommands({ contributes }: Manifest): readonly string[] {
  const menus = Object.values(contributes.menus)
    .flat()
    .flatMap((item) => item.command ?? []);
  const keys = (contributes.keybindings ?? []).flatMap((key) => {
    const inner = typeof key.args === 'object' ? (key.args.commands ?? []) : [];
    return [key.command, ...inner.map((one) => (typeof one === 'string' ? one : one.command))];
  });
  const steps = (contributes.walkthroughs ?? []).flatMap((walkthrough) => walkthrough.steps);
  const events = steps.flatMap((step) => step.completionEvents ?? []);
  const completing = events
    .filter((event) => event.startsWith('onCommand:'))
    .map((event) => event.slice('onCommand:'.length));
  return [...menus, ...keys, ...completing];
}

function keybindingProblems({ contributes }: Manifest): readonly string[] {
  return (contributes.keybindings ?? [])
    .filter((key) => key.when === undefined)
    .map((key) => `the key of ${key.command} has no when`);
}

function whenProblems({ contributes }: Manifest, known: readonly string[]): readonly string[] {
  const items = [
    ...Object.values(contributes.menus).flat(),
    ...(contributes.keybindings ?? []),
    ...(contributes.viewsWelcome ?? []),
  ];
  const clauses = [
    ...items.map((item) => item.when),
    ...contributes.commands.map((command) => command.enablement),
  ];
  const named = clauses.flatMap((clause) => (clause ?? '').match(/varve\.[\w.]+/g) ?? []);
  return [...new Set(named)]
    .filter((key) => !known.includes(key))
    .map((key) => `when names ${key}, which nothing sets`);
}

function activationProblems(
  { activationEvents = [] }: Manifest,
  known: readonly string[],
): readonly string[] {
  return activationEvents.flatMap((event) => {
    if (event === '*' || event === 'onStartupFinished') return [`${event} would start Varve for everybody`];
    const id = /^on(?:Command|View|FileSystem):(.+)$/.exec(event)?.[1];
    return id !== undefined && !known.includes(id) ? [`${event} names nothing of ours`] : [];
  });
}

function mediaPaths({ icon, contributes }: Manifest): readonly string[] {
  const steps = (contributes.walkthroughs ?? []).flatMap((walkthrough) => walkthrough.steps);
  const media = steps.flatMap((step) => [step.media['svg'], step.media['image'], step.media['markdown']]);
  const containers = contributes.viewsContainers.activitybar.map((container) => container.icon);
  return [icon ?? 'an icon', ...containers, ...media.filter((path) => path !== undefined)];
}

function stringProblems(manifest: string, strings: Readonly<Record<string, string>>): readonly string[] {
  const used = new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? ''));
  return [
    ...[...used].filter((key) => strings[key] === undefined).map((key) => `%${key}% has no string`),
    ...Object.keys(strings)
      .filter((key) => !used.has(key))
      .map((key) => `the string ${key} is not used`),
  ];
}
