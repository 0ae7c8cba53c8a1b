import { extname } from 'node:path';

const extensions = new Set(
  `md mdx markdown txt text rst adoc org tex log csv tsv
  json jsonc json5 yaml yml toml xml ini cfg conf config env properties lock
  js jsx mjs cjs ts tsx mts cts vue svelte astro html htm css scss sass less
  py pyi rb php pl pm lua r jl go rs java kt kts scala groovy gradle swift m mm
  c h cc cpp cxx hpp hxx cs fs fsx vb dart ex exs erl hrl hs clj cljs cljc elm ml mli nim zig v
  sh bash zsh fish ps1 bat cmd sql graphql gql proto prisma tf hcl
  dockerfile makefile cmake diff patch gitignore editorconfig`
    .split(/\s+/)
    .map((extension) => `.${extension}`),
);

/** Whether an import may be text by its name: Claude Code leaves images, PDFs and other binary files out. */
export function hasTextExtension(path: string): boolean {
  const extension = extname(path).toLowerCase();
  return extension === '' || extensions.has(extension);
}
