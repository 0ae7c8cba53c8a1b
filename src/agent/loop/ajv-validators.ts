// Loaded only where somebody asks for a form. Imported by name and at the top: the bundler hands over the library's
// names so, but not to a dynamic import, which sees its CommonJS object alone.
export { Ajv } from 'ajv';
export { Ajv2020 } from 'ajv/dist/2020.js';
