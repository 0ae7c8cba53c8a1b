import { failure, type Result, success } from '../../base/result.ts';
import { parseEditorModel } from './editor-model.ts';

/** What the user's own settings say; a project's settings never reach here. */
export interface ModelPreferences {
  readonly model?: string | undefined;
  readonly baseUrl?: string | undefined;
  /** Asked for just now; before all else. One of the editor's needs neither address nor key. */
  readonly wanted?: string | undefined;
}

export interface ModelSettings {
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly authToken?: string;
}

export interface ModelSettingsProblem {
  readonly kind: 'no-key' | 'bad-url';
  readonly message: string;
}

const defaultModel = 'claude-sonnet-5-5';
const vendorUrl = 'https://api.anthropic.com';

/**
 * Where requests go and with which key. The key comes from ANTHROPIC_API_KEY, else ANTHROPIC_AUTH_TOKEN; the
 * address from VARVE_MODEL_BASE_URL, else ANTHROPIC_BASE_URL, else the user's settings. A server on loopback needs
 * no key. Only values handed in are read.
 */
export function readModelSettings(
  environment: Readonly<Record<string, string | undefined>>,
  preferences: ModelPreferences,
): Result<ModelSettings, ModelSettingsProblem> {
  const wanted = given(preferences.wanted);
  if (wanted !== undefined && parseEditorModel(wanted) !== undefined)
    return success({ model: wanted, baseUrl: vendorUrl });
  const baseUrl =
    given(environment['VARVE_MODEL_BASE_URL']) ??
    given(environment['ANTHROPIC_BASE_URL']) ??
    given(preferences.baseUrl) ??
    vendorUrl;
  const url = parseUrl(baseUrl);
  if (url === undefined) {
    return failure({
      kind: 'bad-url',
      message: `The model address "${baseUrl}" is not an http or https URL. Correct varve.model.baseUrl, VARVE_MODEL_BASE_URL or ANTHROPIC_BASE_URL.`,
    });
  }
  const apiKey = given(environment['ANTHROPIC_API_KEY']);
  const authToken = given(environment['ANTHROPIC_AUTH_TOKEN']);
  const model = wanted ?? given(environment['ANTHROPIC_MODEL']) ?? given(preferences.model) ?? defaultModel;
  if (apiKey !== undefined) return success({ model, baseUrl, apiKey });
  if (authToken !== undefined) return success({ model, baseUrl, authToken });
  if (isLoopback(url)) return success({ model, baseUrl });
  return failure({
    kind: 'no-key',
    message:
      'No key for the model is set. Use Varve: Set API Key… in VS Code, or set ANTHROPIC_API_KEY, or point varve.model.baseUrl at a server on this machine.',
  });
}

function given(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : trimmed;
}

function parseUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

/** Whether an address is one of this machine's own, which needs no key. */
export function isOnThisMachine(address: string): boolean {
  const url = parseUrl(address);
  return url !== undefined && isLoopback(url);
}

function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
