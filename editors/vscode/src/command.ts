// Which `driftlint` to start: the one that is named, else that of the project's environment, else the one on the PATH.

import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

const WINDOWS = process.platform === "win32";

/** What the Python extension gives to others, as far as it is used here. */
interface PythonApi {
  environments?: { getActiveEnvironmentPath(resource?: vscode.Uri): { path: string } };
}

function beside(interpreter: string): string | undefined {
  const folder = fs.statSync(interpreter, { throwIfNoEntry: false })?.isDirectory()
    ? path.join(interpreter, WINDOWS ? "Scripts" : "bin")
    : path.dirname(interpreter);
  const program = path.join(folder, WINDOWS ? "driftlint.exe" : "driftlint");
  return fs.existsSync(program) ? program : undefined;
}

async function interpreterOf(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  try {
    const api = await extension.activate();
    return api.environments?.getActiveEnvironmentPath(folder).path;
  } catch {
    return undefined;
  }
}

/** The command and where it was found, in words. */
export async function findCommand(): Promise<{ command: string[]; source: string }> {
  const named = vscode.workspace.getConfiguration("driftlint").get<string[]>("command", []);
  if (named.length > 0) {
    return { command: named, source: "the setting driftlint.command" };
  }
  const folders = vscode.workspace.workspaceFolders ?? [];
  for (const folder of folders) {
    const interpreter = await interpreterOf(folder.uri);
    const program = interpreter === undefined ? undefined : beside(interpreter);
    if (program !== undefined) {
      return { command: [program, "server"], source: "the selected Python environment" };
    }
  }
  for (const folder of folders) {
    for (const name of [".venv", "venv"]) {
      const program = beside(path.join(folder.uri.fsPath, name));
      if (program !== undefined) {
        return { command: [program, "server"], source: `the environment ${name}` };
      }
    }
  }
  return { command: ["driftlint", "server"], source: "the PATH" };
}
