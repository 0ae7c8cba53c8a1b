/** Vendored, generated, an example, a fixture, or Varve's own: what stands there was not decided for this project. */
const foreign =
  /^\.varve\/|^\.claude\/rules\/varve\.md$|(?:^|\/)(?:node_modules|vendor|third_party|bower_components|dist|fixtures?|__fixtures__|testdata|test-data|examples?|samples?|demos?|templates?|snapshots?|__snapshots__|mocks?|__mocks__)\/|\.min\.\w+$|(?:^|\/)[^/]*(?:\.generated\.|_generated\.|\.pb\.go$|_pb2\.py$|\.g\.dart$)/i;

const locks =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|[^/]*\.lock|go\.sum|bun\.lockb|packages\.lock\.json)$/i;

/** Whether the rules look away from a path below the repository root. */
export function isPassedOver(path: string): boolean {
  return foreign.test(path);
}

export function isLockFile(path: string): boolean {
  return locks.test(path);
}

const source =
  /\.(?:[cm]?[jt]sx?|vue|svelte|py|rb|go|rs|java|kt|scala|groovy|swift|m|mm|c|h|cc|cpp|hpp|cs|fs|vb|php|pl|lua|r|jl|ex|exs|erl|hs|elm|clj|cljs|ml|dart|sol|nim|zig|sql)$/i;

export function isSource(path: string): boolean {
  return source.test(path) && !isPassedOver(path);
}
