import type { Needs } from './telling.ts';

export interface Tool {
  readonly name: string;
  /** Further names people use for it. */
  readonly words?: readonly string[];
  /** Files that show it is used. */
  readonly path: RegExp;
}

export interface ToolFamily {
  /** First part of the subject: `ci:GitHub Actions`. */
  readonly id: string;
  /** As in "replaces X as …". */
  readonly label: string;
  /** To propose a tool of the family that left; one that entered always needs a reason, a replacement nothing. */
  readonly leaving: Needs;
  readonly tools: readonly Tool[];
}

const tool = (name: string, path: RegExp, ...words: readonly string[]): Tool => ({ name, path, words });

/** Which file shows which tool. A row more is a tool more. */
export const toolFamilies: readonly ToolFamily[] = [
  {
    id: 'package-manager',
    label: 'package manager',
    leaving: 'reason',
    tools: [
      tool('npm', /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/),
      tool('Yarn', /(?:^|\/)yarn\.lock$/),
      tool('pnpm', /(?:^|\/)pnpm-lock\.yaml$/),
      tool('Bun', /(?:^|\/)bun\.lockb?$/),
      tool('Pipenv', /(?:^|\/)Pipfile(?:\.lock)?$/),
      tool('Poetry', /(?:^|\/)poetry\.lock$/),
      tool('uv', /(?:^|\/)uv\.lock$/),
      tool('PDM', /(?:^|\/)pdm\.lock$/),
      tool('CocoaPods', /(?:^|\/)Podfile(?:\.lock)?$/),
      tool('Carthage', /(?:^|\/)Cartfile(?:\.resolved)?$/),
      tool('Swift Package Manager', /(?:^|\/)Package\.(?:swift|resolved)$/, 'SwiftPM', 'SPM'),
      tool('dep', /(?:^|\/)Gopkg\.(?:toml|lock)$/, 'Gopkg', 'godep'),
      tool('Go modules', /(?:^|\/)go\.mod$/, 'go mod', 'go.mod'),
    ],
  },
  {
    id: 'build',
    label: 'build tool',
    leaving: 'reason',
    tools: [
      tool('Maven', /(?:^|\/)pom\.xml$/),
      tool('Gradle', /(?:^|\/)(?:build|settings)\.gradle(?:\.kts)?$/),
      tool('Ant', /(?:^|\/)build\.xml$/),
      tool('sbt', /(?:^|\/)build\.sbt$/),
      tool('Bazel', /(?:^|\/)(?:WORKSPACE|MODULE\.bazel|BUILD\.bazel)$/),
      tool('CMake', /(?:^|\/)CMakeLists\.txt$/),
      tool('Meson', /(?:^|\/)meson\.build$/),
      tool('Autotools', /(?:^|\/)configure\.(?:ac|in)$/, 'autoconf', 'automake'),
      tool('Make', /(?:^|\/)(?:GNU)?[Mm]akefile$/, 'Makefile'),
      tool('just', /(?:^|\/)[Jj]ustfile$/, 'justfile'),
      tool('Task', /(?:^|\/)Taskfile\.ya?ml$/, 'Taskfile'),
      tool('Gulp', /(?:^|\/)gulpfile\.[^/]+$/),
      tool('Grunt', /(?:^|\/)Gruntfile\.[^/]+$/i),
      tool('Turborepo', /(?:^|\/)turbo\.json$/, 'turbo.json'),
      tool('Nx', /(?:^|\/)nx\.json$/),
      tool('Lerna', /(?:^|\/)lerna\.json$/),
      tool('setuptools', /(?:^|\/)setup\.py$/, 'setup.py'),
    ],
  },
  {
    id: 'bundler',
    label: 'bundler',
    leaving: 'reason',
    tools: [
      tool('webpack', /(?:^|\/)webpack\.[^/]*(?:[cm]?[jt]s)$/),
      tool('Vite', /(?:^|\/)vite\.config\.[cm]?[jt]s$/),
      tool('Rollup', /(?:^|\/)rollup\.config\.[cm]?[jt]s$/),
      tool('esbuild', /(?:^|\/)esbuild(?:\.config)?\.[cm]?[jt]s$/),
      tool('Parcel', /(?:^|\/)\.parcelrc$/),
      tool('Rspack', /(?:^|\/)rspack\.config\.[cm]?[jt]s$/),
      tool('tsup', /(?:^|\/)tsup\.config\.[cm]?[jt]s$/),
      tool('Snowpack', /(?:^|\/)snowpack\.config\.[^/]+$/),
      tool('Metro', /(?:^|\/)metro\.config\.[^/]+$/),
    ],
  },
  {
    id: 'test-runner',
    label: 'test runner',
    leaving: 'reason',
    tools: [
      tool('Jest', /(?:^|\/)jest\.config\.[^/]+$/),
      tool('Vitest', /(?:^|\/)vitest\.(?:config|workspace)\.[^/]+$/),
      tool('Mocha', /(?:^|\/)\.mocharc\.[^/]+$/),
      tool('Karma', /(?:^|\/)karma\.conf\.[^/]+$/),
      tool('AVA', /(?:^|\/)ava\.config\.[^/]+$/),
      tool('Cypress', /(?:^|\/)cypress(?:\.config\.[^/]+|\.json)$/),
      tool('Playwright', /(?:^|\/)playwright\.config\.[^/]+$/),
      tool('Protractor', /(?:^|\/)protractor\.conf\.[^/]+$/),
      tool('WebdriverIO', /(?:^|\/)wdio\.conf\.[^/]+$/, 'wdio'),
      tool('tox', /(?:^|\/)tox\.ini$/),
      tool('nox', /(?:^|\/)noxfile\.py$/),
      tool('PHPUnit', /(?:^|\/)phpunit\.xml(?:\.dist)?$/),
      tool('Pest', /(?:^|\/)tests\/Pest\.php$/),
    ],
  },
  {
    id: 'linter',
    label: 'linter or formatter',
    leaving: 'reason',
    tools: [
      tool('ESLint', /(?:^|\/)(?:\.eslintrc(?:\.\w+)?|eslint\.config\.[cm]?[jt]s)$/),
      tool('Biome', /(?:^|\/)biome\.jsonc?$/),
      tool('TSLint', /(?:^|\/)tslint\.json$/),
      tool('JSHint', /(?:^|\/)\.jshintrc$/),
      tool('Oxlint', /(?:^|\/)\.?oxlintrc\.json$/),
      tool('Prettier', /(?:^|\/)(?:\.prettierrc(?:\.\w+)?|prettier\.config\.[cm]?[jt]s)$/),
      tool('dprint', /(?:^|\/)\.?dprint\.jsonc?$/),
      tool('Flake8', /(?:^|\/)\.flake8$/),
      tool('Pylint', /(?:^|\/)\.?pylintrc$/),
      tool('Ruff', /(?:^|\/)\.?ruff\.toml$/),
      tool('RuboCop', /(?:^|\/)\.rubocop\.yml$/),
      tool('Standard Ruby', /(?:^|\/)\.standard\.yml$/, 'standardrb'),
      tool('golangci-lint', /(?:^|\/)\.golangci\.(?:ya?ml|toml|json)$/),
      tool('Checkstyle', /(?:^|\/)checkstyle[^/]*\.xml$/),
      tool('PMD', /(?:^|\/)pmd[^/]*\.xml$/),
    ],
  },
  {
    id: 'ci',
    label: 'continuous integration',
    leaving: 'naming',
    tools: [
      tool('GitHub Actions', /^\.github\/workflows\/[^/]+\.ya?ml$/, 'GitHub workflow', 'GH Actions'),
      tool('Travis CI', /^\.travis\.yml$/, 'Travis'),
      tool('CircleCI', /^(?:\.circleci\/config|circle)\.yml$/, 'Circle CI'),
      tool('GitLab CI', /^\.gitlab-ci\.yml$/, 'GitLab'),
      tool('Jenkins', /(?:^|\/)Jenkinsfile$/),
      tool('Azure Pipelines', /(?:^|\/)\.?azure-pipelines[^/]*\.ya?ml$/, 'Azure DevOps'),
      tool('AppVeyor', /^\.?appveyor\.yml$/),
      tool('Bitbucket Pipelines', /^bitbucket-pipelines\.yml$/),
      tool('Drone', /^\.drone\.ya?ml$/),
      tool('Woodpecker', /^\.woodpecker(?:\/[^/]+)?\.ya?ml$/),
      tool('Buildkite', /^\.buildkite\/[^/]+\.ya?ml$/),
      tool('Cirrus CI', /^\.cirrus\.(?:yml|star)$/, 'Cirrus'),
      tool('Semaphore', /^\.semaphore\/[^/]+\.ya?ml$/),
      tool('TeamCity', /^\.teamcity\//),
    ],
  },
  {
    id: 'container',
    label: 'container set-up',
    leaving: 'naming',
    tools: [
      tool(
        'Docker Compose',
        /(?:^|\/)(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml$/,
        'docker-compose',
        'compose file',
      ),
      tool(
        'Kubernetes',
        /(?:^|\/)(?:k8s|kubernetes|manifests)\/.+\.ya?ml$|(?:^|\/)kustomization\.ya?ml$/,
        'k8s',
        'Kustomize',
      ),
      tool('Helm', /(?:^|\/)Chart\.yaml$/),
      tool('Nomad', /\.nomad(?:\.hcl)?$/),
      tool('Vagrant', /(?:^|\/)Vagrantfile$/),
      tool('Dev Containers', /(?:^|\/)\.?devcontainer(?:\/|\.json$)/, 'devcontainer', 'dev container'),
      tool('Nix', /(?:^|\/)(?:flake|shell|default)\.nix$/),
      tool('Docker', /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$/, 'Dockerfile'),
    ],
  },
  {
    id: 'infrastructure',
    label: 'infrastructure as code',
    leaving: 'naming',
    tools: [
      tool('Terraform', /\.tf$/, 'OpenTofu'),
      tool('Pulumi', /(?:^|\/)Pulumi(?:\.[\w-]+)?\.ya?ml$/),
      tool('AWS CDK', /(?:^|\/)cdk\.json$/, 'CDK'),
      tool(
        'CloudFormation',
        /(?:^|\/)(?:cloudformation\/.+|cloudformation|template)\.ya?ml$/,
        'AWS SAM',
        'SAM',
      ),
      tool('Ansible', /(?:^|\/)(?:ansible\.cfg|playbook[^/]*\.ya?ml)$/),
      tool('Bicep', /\.bicep$/),
      tool('Crossplane', /(?:^|\/)crossplane\//),
    ],
  },
  {
    id: 'deployment',
    label: 'deployment target',
    leaving: 'naming',
    tools: [
      tool('Vercel', /(?:^|\/)(?:vercel|now)\.json$/),
      tool('Netlify', /(?:^|\/)netlify\.toml$/),
      tool('Fly.io', /(?:^|\/)fly\.toml$/, 'fly.toml'),
      tool('Heroku', /(?:^|\/)Procfile$/),
      tool('Render', /(?:^|\/)render\.yaml$/, 'render.com', 'render.yaml'),
      tool('Railway', /(?:^|\/)railway\.(?:json|toml)$/),
      tool('Cloudflare Workers', /(?:^|\/)wrangler\.(?:toml|jsonc?)$/, 'Cloudflare', 'Wrangler'),
      tool('Firebase', /(?:^|\/)firebase\.json$/),
      tool('App Engine', /(?:^|\/)app\.yaml$/, 'GAE'),
      tool('Serverless Framework', /(?:^|\/)serverless\.ya?ml$/, 'Serverless'),
      tool('AWS Amplify', /(?:^|\/)amplify\.yml$/, 'Amplify'),
      tool('Elastic Beanstalk', /(?:^|\/)(?:Dockerrun\.aws\.json|\.ebextensions\/)/, 'Beanstalk'),
      tool('Kamal', /(?:^|\/)config\/deploy\.yml$/),
      tool('Capistrano', /(?:^|\/)Capfile$/),
    ],
  },
];
