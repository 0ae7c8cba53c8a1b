/** Port: which files are open in an editor with unsaved edits. Outside an editor nobody knows: answer none. */
export interface UnsavedFiles {
  isUnsaved(path: string): Promise<boolean>;
}

export const noUnsavedFiles: UnsavedFiles = { isUnsaved: () => Promise.resolve(false) };
