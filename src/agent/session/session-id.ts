const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for any UUID in lower case: ours are version 7, `--session-id` takes other versions as well, as `claude` does. */
export function isSessionId(text: string): boolean {
  return FORM.test(text);
}
