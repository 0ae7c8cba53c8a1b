import type { Node } from '@vscode/tree-sitter-wasm';
import type { Language, LanguageName, Naming } from './language.ts';

/** The field's text on one line, as a name: white space out. */
function fieldText(node: Node, field: string): string | undefined {
  const text = node.childForFieldName(field)?.text.replace(/\s+/g, '');
  return text === undefined || text === '' || text.length > 200 ? undefined : text;
}

function named(node: Node): Naming | undefined {
  const name = fieldText(node, 'name');
  return name === undefined ? undefined : { name, word: name };
}

/** `const name = …`; a pattern that takes an object apart declares no one thing. */
function plainVariable(node: Node): Naming | undefined {
  return node.childForFieldName('name')?.type === 'identifier' ? named(node) : undefined;
}

const functionValues = new Set(['function_expression', 'arrow_function', 'class', 'generator_function']);

/** `module.exports.open = function …`. */
function assignedFunction(node: Node): Naming | undefined {
  const value = node.childForFieldName('right');
  const target = node.childForFieldName('left');
  if (target?.type !== 'member_expression' || value === null || !functionValues.has(value.type))
    return undefined;
  const name = fieldText(node, 'left');
  const word = fieldText(target, 'property');
  return name === undefined ? undefined : { name, ...(word === undefined ? {} : { word }) };
}

/** `export default …` of something without a name. */
function defaultExport(node: Node): Naming | undefined {
  return node.childForFieldName('value') === null ? undefined : { name: 'default' };
}

function pythonAssignment(node: Node): Naming | undefined {
  const left = node.childForFieldName('left');
  return left?.type === 'identifier' ? { name: left.text, word: left.text } : undefined;
}

function goMethod(node: Node): Naming | undefined {
  const name = fieldText(node, 'name');
  const receiver = node.childForFieldName('receiver')?.descendantsOfType('type_identifier')[0]?.text;
  if (name === undefined) return undefined;
  return { name, word: name, ...(receiver === undefined ? {} : { before: receiver }) };
}

/** `impl Search` and `impl Display for Search`; what is inside is called as Rust does: `<Search as Display>.fmt`. */
function rustImpl(node: Node): Naming | undefined {
  const type = fieldText(node, 'type')?.replace(/<.*$/s, '');
  const trait = fieldText(node, 'trait');
  if (type === undefined) return undefined;
  if (trait === undefined) return { name: `impl ${type}`, inside: type };
  return { name: `impl ${trait} for ${type}`, inside: `<${type} as ${trait}>` };
}

function javaField(node: Node): Naming | undefined {
  const declarator = node.childForFieldName('declarator');
  return declarator === null ? undefined : named(declarator);
}

type Shape = Omit<Language, 'name'>;
const set = (...types: readonly string[]): ReadonlySet<string> => new Set(types);
const all = (types: string, naming: (node: Node) => Naming | undefined) =>
  Object.fromEntries(types.split(' ').map((type) => [type, naming]));

const typescript: Shape = {
  declarations: {
    ...all(
      'function_declaration generator_function_declaration function_signature class_declaration abstract_class_declaration',
      named,
    ),
    ...all('interface_declaration type_alias_declaration enum_declaration internal_module module', named),
    ...all('method_definition abstract_method_signature public_field_definition', named),
    variable_declarator: plainVariable,
    assignment_expression: assignedFunction,
    export_statement: defaultExport,
  },
  through: set(
    ...'program export_statement ambient_declaration lexical_declaration variable_declaration'.split(' '),
    ...'expression_statement class_body statement_block object class'.split(' '),
  ),
  opaque: set(
    ...'function_declaration generator_function_declaration method_definition arrow_function'.split(' '),
    ...'function_expression public_field_definition interface_declaration type_alias_declaration'.split(' '),
  ),
  outsideFunctions: set(),
  functions: set(),
  lists: set('statement_block', 'class_body', 'switch_case', 'switch_default', 'interface_body'),
  semicolonIsBreak: false,
  indented: set(),
};

const python: Shape = {
  declarations: {
    ...all('function_definition class_definition', named),
    assignment: pythonAssignment,
  },
  through: set(
    ...'module block decorated_definition expression_statement if_statement else_clause elif_clause'.split(
      ' ',
    ),
    ...'try_statement except_clause finally_clause with_statement'.split(' '),
  ),
  opaque: set(),
  outsideFunctions: set('assignment'),
  functions: set('function_definition'),
  lists: set('block'),
  semicolonIsBreak: true,
  indented: set('block'),
};

const go: Shape = {
  declarations: {
    ...all('function_declaration type_spec type_alias const_spec var_spec', named),
    method_declaration: goMethod,
  },
  through: set(...'source_file type_declaration const_declaration var_declaration var_spec_list'.split(' ')),
  opaque: set('function_declaration', 'method_declaration'),
  outsideFunctions: set(),
  functions: set(),
  lists: set(
    ...'statement_list field_declaration_list interface_type var_spec_list const_declaration'.split(' '),
    ...'type_declaration import_spec_list'.split(' '),
  ),
  semicolonIsBreak: true,
  indented: set(),
};

const rust: Shape = {
  declarations: {
    ...all(
      'function_item function_signature_item struct_item enum_item union_item trait_item mod_item',
      named,
    ),
    ...all('type_item const_item static_item macro_definition associated_type', named),
    impl_item: rustImpl,
  },
  through: set('source_file', 'declaration_list'),
  opaque: set('function_item', 'struct_item', 'enum_item'),
  outsideFunctions: set(),
  functions: set(),
  lists: set(),
  semicolonIsBreak: false,
  indented: set(),
};

const java: Shape = {
  declarations: {
    ...all('class_declaration interface_declaration enum_declaration record_declaration', named),
    ...all('annotation_type_declaration method_declaration constructor_declaration', named),
    compact_constructor_declaration: named,
    field_declaration: javaField,
    constant_declaration: javaField,
  },
  through: set(
    ...'program class_body interface_body enum_body enum_body_declarations annotation_type_body'.split(' '),
  ),
  opaque: set('method_declaration', 'constructor_declaration', 'compact_constructor_declaration'),
  outsideFunctions: set(),
  functions: set(),
  lists: set(),
  semicolonIsBreak: false,
  indented: set(),
};

const shapes: Readonly<Record<LanguageName, Shape>> = {
  typescript,
  tsx: typescript,
  python,
  go,
  rust,
  java,
};

/** Node types are those of the grammars in @vscode/tree-sitter-wasm 0.3.1. */
export function languageShape(name: LanguageName): Language {
  return { name, ...shapes[name] };
}
