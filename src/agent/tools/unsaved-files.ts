/** Port: knows which files are open with unsaved edits. Answered by the editor; a terminal alone cannot know. */
export interface UnsavedFiles {
  isUnsaved(path: string): Promise<boolean>;
}

/** Where no editor is asked. */
export const noUnsavedFiles: UnsavedFiles = { isUnsaved: () => Promise.resolve(false) };
