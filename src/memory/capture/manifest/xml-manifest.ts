import { type Dependencies, type Dependency, dependency } from './dependencies.ts';
import { type XmlElement, xmlElements } from './xml-elements.ts';

/** Direct dependencies of a `pom.xml` as `group:artifact`, the parent among them; a property is looked up in its file. */
export function readPom(text: string): Dependencies | undefined {
  const elements = xmlElements(text);
  if (elements[0]?.name !== 'project') return undefined;
  const properties = new Map(
    elements.filter(({ within }) => within.at(-1) === 'properties').map(({ name, text }) => [name, text]),
  );
  const own = childText(elements, 0, 'groupId');
  const found = new Map<string, Dependency>();
  elements.forEach((element, at) => {
    const isParent = element.name === 'parent' && element.parent === 0;
    const isOne = element.name === 'dependency' && element.within.at(-1) === 'dependencies';
    if (!(isParent || isOne) || element.within.some((name) => name === 'plugin' || name === 'exclusions'))
      return;
    const group = childText(elements, at, 'groupId');
    const artifact = childText(elements, at, 'artifactId');
    if (group === undefined || artifact === undefined) return;
    // Modules of the same project name each other so.
    if (/^\$\{(?:project|pom)\./.test(group) || (isOne && group === own)) return;
    const version = resolved(childText(elements, at, 'version'), properties);
    const name = `${group}:${artifact}`;
    const known = found.get(name);
    const isTest = childText(elements, at, 'scope') === 'test';
    found.set(name, dependency(isTest ? 'development' : 'runtime', version ?? known?.version));
  });
  return found;
}

function childText(elements: readonly XmlElement[], parent: number, name: string): string | undefined {
  const depth = elements[parent]?.within.length ?? 0;
  for (let at = parent + 1; at < elements.length; at++) {
    const element = elements[at];
    if (element === undefined || element.within.length <= depth) return undefined;
    if (element.parent === parent && element.name === name) return element.text;
  }
  return undefined;
}

function resolved(version: string | undefined, properties: ReadonlyMap<string, string>): string | undefined {
  const name = /^\$\{([^}]+)\}$/.exec(version ?? '')?.[1];
  return name === undefined ? version : properties.get(name);
}

/** Packages of a `.csproj` (`.fsproj`, `.vbproj`), a `Directory.Packages.props` or a `packages.config`. */
export function readNuget(text: string): Dependencies | undefined {
  const elements = xmlElements(text);
  if (!/^(?:Project|packages)$/.test(elements[0]?.name ?? '')) return undefined;
  const found = new Map<string, Dependency>();
  elements.forEach(({ name, attributes }, at) => {
    const isReference = /^(?:PackageReference|PackageVersion|GlobalPackageReference)$/.test(name);
    if (!isReference && name !== 'package') return;
    const id = attributes['Include'] ?? attributes['Update'] ?? attributes['id'];
    const version = attributes['Version'] ?? attributes['version'] ?? childText(elements, at, 'Version');
    const isDevelopment =
      attributes['PrivateAssets'] === 'all' ||
      attributes['developmentDependency'] === 'true' ||
      childText(elements, at, 'PrivateAssets') === 'all';
    if (id !== undefined && id !== '')
      found.set(id, dependency(isDevelopment ? 'development' : 'runtime', version));
  });
  return found;
}
