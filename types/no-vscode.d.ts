// Stands in for `vscode` in the core realm, so that importing anything from it is a type error.
export {};
