import * as vscode from 'vscode';
import { apiKeySecret, settingIds } from '../contributions.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where runs get their model from. The key stays in the editor's secret storage and goes into the environment of the
 * child process only; model and address come from user settings, which a repository cannot set.
 */
export class ModelAccess {
  readonly #secrets: vscode.SecretStorage;
  readonly #environment: Environment;

  constructor(secrets: vscode.SecretStorage, environment: Environment) {
    this.#secrets = secrets;
    this.#environment = environment;
  }

  /** Whether a run has any chance to reach a model. */
  async isReady(): Promise<boolean> {
    const environment = await this.childEnvironment();
    const ways = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'VARVE_MODEL_BASE_URL', 'ANTHROPIC_BASE_URL'];
    return ways.some((name) => Boolean(environment[name]));
  }

  /** The setting, else `VARVE_MODEL` of the environment; empty for the default of the server. */
  get modelName(): string {
    return userSetting(settingIds.modelName) || (this.#environment['VARVE_MODEL'] ?? '').trim();
  }

  /** The environment for a run's child: this process' own, the key and the address on top. */
  async childEnvironment(): Promise<Environment> {
    const key = await this.#secrets.get(apiKeySecret);
    const baseUrl = userSetting(settingIds.modelBaseUrl);
    return {
      ...this.#environment,
      ...(key ? { ANTHROPIC_API_KEY: key } : {}),
      ...(baseUrl ? { VARVE_MODEL_BASE_URL: baseUrl } : {}),
      ELECTRON_RUN_AS_NODE: '1',
    };
  }

  async setKey(key: string): Promise<void> {
    if (key === '') await this.#secrets.delete(apiKeySecret);
    else await this.#secrets.store(apiKeySecret, key);
  }
}

/** The user's value, never a workspace's: a repository must not decide where a key is sent. */
function userSetting(id: string): string {
  const values = vscode.workspace.getConfiguration().inspect<string>(id);
  return (values?.globalValue ?? values?.defaultValue ?? '').trim();
}
