// The extension in a real VS Code in a real browser: findings, a quick fix, an edit of a config that changes what is said of
// a program, a link, a notebook. Opt-in, since it needs two large packages:
//
//     npm install --no-save code-server@4.139.1 playwright-core     (Node 24; code-server is VS Code with a web front)
//     npm run package
//     node test/browser.mjs --command PATH/TO/driftlint --shots SHOTS
//
// --chromium names the browser (/usr/bin/chromium), --code-server the program's entry.js where it is not below node_modules.
// Everything stays on loopback. Exits with 1 and a screenshot `failed.png` when something is not seen.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const { values: given } = parseArgs({
  options: {
    command: { type: "string", default: "driftlint" },
    shots: { type: "string", default: "shots" },
    chromium: { type: "string", default: "/usr/bin/chromium" },
    "code-server": { type: "string" },
    playwright: { type: "string" },
    vsix: { type: "string", default: "driftlint.vsix" },
  },
});
const require = createRequire(given.playwright ? path.resolve(given.playwright, "x.js") : import.meta.url);
const { chromium } = require("playwright-core");

const TRAIN = `import numpy as np
import yaml
from datasets import load_dataset
from sklearn.svm import SVC

conf = yaml.safe_load(open("conf.yaml"))


def main() -> None:
    rows = load_dataset(conf["data"], revision=conf["revision"])["train"].to_pandas()
    order = np.random.permutation(len(rows))
    model = SVC().fit(rows.iloc[order][["a", "b"]], rows.iloc[order]["label"])
    print(model.score(rows[["a", "b"]], rows["label"]))


if __name__ == "__main__":
    main()
`;
const CONF = "data: lab/rows\nrevision: main\n";
const SHA = "0123456789abcdef0123456789abcdef01234567";

function makeProject(folder) {
  fs.writeFileSync(path.join(folder, "train.py"), TRAIN);
  fs.writeFileSync(path.join(folder, "conf.yaml"), CONF);
  fs.writeFileSync(path.join(folder, "requirements.txt"), "numpy\n");
  const settings = {
    "driftlint.command": [path.resolve(given.command), "server"],
    "driftlint.severity": "warning",
    "workbench.startupEditor": "none",
    "telemetry.telemetryLevel": "off",
    "editor.minimap.enabled": false,
    "files.autoSave": "off",
    "chat.disableAIFeatures": true,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
  };
  fs.mkdirSync(path.join(folder, ".vscode"));
  fs.writeFileSync(path.join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
}

async function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function run(entry, args, env) {
  const child = spawn(process.execPath, [entry, ...args], { env, stdio: "inherit" });
  return new Promise((resolve, reject) =>
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${args[0]}: exit ${code}`)))),
  );
}

async function waitFor(page, what, look, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    last = await look();
    if (last) {
      return last;
    }
    await page.waitForTimeout(250);
  }
  throw new Error(`not seen within ${seconds} s: ${what}`);
}

const work = fs.mkdtempSync(path.join(os.tmpdir(), "driftlint-browser-"));
const project = path.join(work, "project");
fs.mkdirSync(project);
fs.mkdirSync(given.shots, { recursive: true });
makeProject(project);
const entry = given["code-server"] ?? path.resolve("node_modules/code-server/out/node/entry.js");
const env = { ...process.env, HOME: work, XDG_CACHE_HOME: path.join(work, "cache"), XDG_CONFIG_HOME: work, XDG_DATA_HOME: work };
const folders = ["--user-data-dir", path.join(work, "user"), "--extensions-dir", path.join(work, "extensions")];
const port = await freePort();
await run(entry, [...folders, "--install-extension", path.resolve(given.vsix)], env);
const server = spawn(
  process.execPath,
  [entry, ...folders, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check",
   "--disable-workspace-trust", project],
  { env, stdio: "ignore" },
);
const browser = await chromium.launch({
  executablePath: given.chromium,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const shoot = (name) => page.screenshot({ path: path.join(given.shots, `${name}.png`) });

async function open(name) {
  await page.keyboard.press("Control+KeyP");
  await page.locator(".quick-input-widget input").waitFor();
  await page.keyboard.type(name, { delay: 20 });
  await page.locator(`.quick-input-list .monaco-list-row:has-text("${name}")`).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(`.tab.active:has-text("${name}")`).waitFor();
  await page.keyboard.press("Control+Digit1"); // else what is typed may land in the filter of the problems
}

async function command(title) {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").waitFor();
  await page.keyboard.type(title, { delay: 10 });
  await page.locator(`.quick-input-list .monaco-list-row:has-text("${title}")`).first().waitFor();
  await page.keyboard.press("Enter");
}

const problems = async () => (await page.locator(".markers-panel .monaco-list-row").allTextContents()).join("\n");

try {
  await waitFor(page, "the workbench", async () => {
    try {
      await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(project)}`, { timeout: 5000 });
      return true;
    } catch {
      return false;
    }
  });
  await page.locator(".monaco-workbench").waitFor({ timeout: 60000 });
  await open("train.py");
  await command("Problems: Focus on Problems View");

  await waitFor(page, "the finding of the program", async () => (await problems()).includes("rng-unseeded"));
  const said = await waitFor(page, "the finding of the config", async () => {
    const text = await problems();
    return text.includes("dataset-unpinned") && text;
  });
  assert.match(said, /conf\.yaml/, "the finding stands at the literal that decides, in the config");
  await shoot("problems");

  await open("conf.yaml");
  await page.keyboard.press("Control+End");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("End");
  for (let i = 0; i < 4; i += 1) {
    await page.keyboard.press("Backspace");
  }
  await page.keyboard.type(SHA);
  await waitFor(page, "the unsaved edit to settle the finding", async () => !(await problems()).includes("dataset-unpinned"));
  await shoot("edited-config");
  assert.equal(fs.readFileSync(path.join(project, "conf.yaml"), "utf8"), CONF, "the buffer is judged before it is saved");

  await open("train.py");
  await page.keyboard.press("Control+KeyG");
  await page.keyboard.type("16:1");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+Period");
  const action = page.locator(".action-widget .monaco-list-row", { hasText: "np.random.seed(" }).first();
  await action.waitFor({ timeout: 20000 });
  await shoot("quick-fix");
  await action.click();
  await waitFor(page, "the seed in the text", async () => (await page.locator(".view-lines").first().textContent()).includes("seed("));
  await waitFor(page, "the finding to go", async () => !(await problems()).includes("rng-unseeded"));
  await shoot("mended");

  await page.keyboard.press("Control+KeyZ");
  await waitFor(page, "undo to bring the finding back", async () => (await problems()).includes("rng-unseeded"));
  console.log("seen: findings in program and config, an unsaved edit across files, a quick fix, its undo");
} catch (error) {
  await shoot("failed");
  console.error(String(error), "\nproblems:", await problems());
  process.exitCode = 1;
} finally {
  await browser.close();
  server.kill();
  fs.rmSync(work, { recursive: true, force: true });
}
