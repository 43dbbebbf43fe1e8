// Starts `driftlint server`, says in the language status which one runs, and restarts it when the command in the settings
// changes; all else is the work of the client. Nothing is started in a workspace that is not trusted.

import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions, TransportKind } from "vscode-languageclient/node";

import { findCommand } from "./command";

let client: LanguageClient | undefined;
let status: vscode.LanguageStatusItem | undefined;

const SELECTOR = [
  ...["python", "yaml", "toml", "json", "jsonc", "dockerfile", "pip-requirements", "shellscript", "makefile", "ini"].map(
    (language) => ({ scheme: "file", language }),
  ),
  { scheme: "file", pattern: "**/{requirements,constraints}*.{txt,in}" },
  { scheme: "file", pattern: "**/*.{gin,cfg,def}" },
  { notebook: "jupyter-notebook", language: "python" },
];

function tell(severity: vscode.LanguageStatusSeverity, text: string, detail: string): void {
  status ??= vscode.languages.createLanguageStatusItem("driftlint", SELECTOR);
  status.name = "driftlint";
  status.severity = severity;
  status.text = text;
  status.detail = detail;
  status.command = { command: "driftlint.showLog", title: "Show the Log" };
}

async function start(): Promise<void> {
  const { command: found, source } = await findCommand();
  const [command, ...args] = found;
  if (command === undefined || command === "") {
    void vscode.window.showErrorMessage("driftlint: the setting driftlint.command is empty.");
    return;
  }
  tell(vscode.LanguageStatusSeverity.Information, "driftlint: starting", `from ${source}`);
  const server: ServerOptions = { command, args, transport: TransportKind.stdio };
  const options: LanguageClientOptions = {
    documentSelector: SELECTOR,
    middleware: {
      workspace: {
        // The server knows the options of driftlint; `command` is one of this extension.
        configuration: async (params, token, next) => {
          const found = await next(params, token);
          if (!Array.isArray(found)) {
            return found;
          }
          return found.map((value: unknown) => {
            if (value === null || typeof value !== "object") {
              return value;
            }
            const { command: _, trace: __, ...rest } = value as Record<string, unknown>;
            return rest;
          });
        },
      },
    },
  };
  client = new LanguageClient("driftlint", "driftlint", server, options);
  try {
    await client.start();
    const version = client.initializeResult?.serverInfo?.version ?? "";
    client.outputChannel.appendLine(`driftlint ${version}: ${found.join(" ")} (${source})`);
    tell(vscode.LanguageStatusSeverity.Information, `driftlint ${version}`, `from ${source}`);
  } catch (error) {
    client = undefined;
    tell(vscode.LanguageStatusSeverity.Error, "driftlint did not start", `from ${source}`);
    const choice = await vscode.window.showErrorMessage(
      `driftlint: \`${[command, ...args].join(" ")}\` did not start: ${String(error)}. ` +
        "Install it with: pip install 'driftlint[server]'",
      "Open Settings",
    );
    if (choice !== undefined) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "driftlint.command");
    }
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("driftlint.restart", async () => {
      await stop();
      await start();
    }),
    vscode.commands.registerCommand("driftlint.showLog", () => client?.outputChannel.show()),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("driftlint.command")) {
        await stop();
        await start();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  status?.dispose();
  await stop();
}
