import * as vscode from 'vscode';
import { parseEditorModel } from '../../agent/model/editor-model.ts';
import { apiKeySecret, settingIds } from '../contributions.ts';
import type { EngineName } from './engine-for.ts';
import { editorProxy, type ModelAddress, modelAddress } from './model-address.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where runs get their model from. The key stays in the editor's secret storage and goes into the environment of the
 * child process only; engine, model and address come from user settings, which a repository cannot set.
 */
export class ModelAccess {
  readonly #secrets: vscode.SecretStorage;
  readonly #environment: Environment;

  constructor(secrets: vscode.SecretStorage, environment: Environment) {
    this.#secrets = secrets;
    this.#environment = environment;
  }

  get engine(): EngineName {
    return userSetting(settingIds.engine) === 'claude' ? 'claude' : 'varve';
  }

  /** The setting, else `VARVE_MODEL` of the environment; empty for the default of the server. */
  get modelName(): string {
    return userSetting(settingIds.modelName) || (this.#environment['VARVE_MODEL'] ?? '').trim();
  }

  get address(): ModelAddress {
    return modelAddress(userSetting(settingIds.modelBaseUrl), this.#environment, apiKeySecret);
  }

  /** Whether a run has any chance to reach a model. Claude Code logs in by itself, and so does the editor. */
  async isReady(engine: EngineName = this.engine): Promise<boolean> {
    if (engine === 'claude' || parseEditorModel(this.modelName) !== undefined) return true;
    if (!this.address.needsKey) return true;
    const environment = await this.childEnvironment();
    return Boolean(environment['ANTHROPIC_API_KEY'] || environment['ANTHROPIC_AUTH_TOKEN']);
  }

  /** The environment for a run of our own: this process' own, the key and the address on top. */
  async childEnvironment(): Promise<Environment> {
    const { secret, baseUrl, hasEnvironmentKey } = this.address;
    const key = await this.#secrets.get(secret);
    return {
      ...this.userEnvironment(),
      ...(hasEnvironmentKey ? {} : { ANTHROPIC_API_KEY: undefined, ANTHROPIC_AUTH_TOKEN: undefined }),
      ...(key ? { ANTHROPIC_API_KEY: key } : {}),
      // A key goes where it was set for, whatever other settings of this machine say.
      ...(key || userSetting(settingIds.modelBaseUrl) ? { VARVE_MODEL_BASE_URL: baseUrl } : {}),
      ELECTRON_RUN_AS_NODE: '1',
    };
  }

  /** The person's own environment, with the editor's proxy; no key of ours. */
  userEnvironment(): Environment {
    const past = vscode.workspace.getConfiguration().inspect<readonly string[]>('http.noProxy')?.globalValue;
    return {
      ...this.#environment,
      ...editorProxy(userSetting('http.proxy'), Array.isArray(past) ? past : [], this.#environment),
    };
  }

  /** For the server that is set now. */
  async setKey(key: string): Promise<void> {
    const { secret } = this.address;
    if (key === '') await this.#secrets.delete(secret);
    else await this.#secrets.store(secret, key);
  }
}

/** The user's value, never a workspace's: a repository must not decide where a key is sent. */
function userSetting(id: string): string {
  const values = vscode.workspace.getConfiguration().inspect<string>(id);
  return (values?.globalValue ?? values?.defaultValue ?? '').trim();
}
