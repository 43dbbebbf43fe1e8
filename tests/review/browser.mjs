// Opens a page in a real Chromium and writes what was seen as JSON: node browser.mjs PAGE CHROMIUM OUT
import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const [page_path, executablePath, out] = process.argv.slice(2);
const axe = fs.readFileSync(path.join(path.dirname(process.argv[1]), "node_modules/axe-core/axe.min.js"), "utf8");
const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const context = await chromium.launchPersistentContext(path.join(out, "profile"), { executablePath, args, headless: true, viewport: { width: 1280, height: 900 } });
const page = context.pages()[0] ?? (await context.newPage());
const seen = { problems: [], axe: {} };
page.on("console", (message) => seen.problems.push(message.text()));
page.on("pageerror", (error) => seen.problems.push(String(error)));
page.on("dialog", (dialog) => { seen.problems.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
page.on("request", (request) => { if (!request.url().startsWith("file://")) seen.problems.push(`request: ${request.url()}`); });
const url = "file://" + page_path;
for (const colorScheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme });
  await page.goto(url);
  await page.evaluate(axe + ";0");
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  seen.axe[colorScheme] = await page.evaluate(async (tags) => (await axe.run(document, { runOnly: tags })).violations.map((v) => `${v.id}: ${v.nodes[0].html}`), tags);
  seen[colorScheme] = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
}
// A long table is shown in part, and whole when somebody asks.
const more = page.locator("[data-more] button");
seen.some = null;
if (await more.count()) {
  seen.some = await page.locator("[data-filtered='inventory-filters'] tbody tr:visible").count();
  await more.click();
  seen.asked = await page.evaluate(() => document.activeElement.closest("tr")?.id ?? "");
}
seen.passed = await page.evaluate(() => document.body.className);
seen.rows = await page.locator("[data-filtered='inventory-filters'] tbody tr:visible").count();
await page.selectOption("#inventory-filters select[name=standing]", "blocks");
seen.blocking = await page.locator("[data-filtered='inventory-filters'] tbody tr:visible").count();
seen.status = await page.textContent("#inventory-filters [role=status]");
await page.fill("#inventory-filters input", "no such thing");
seen.none = await page.textContent("#inventory-filters [role=status]");
// A deep link opens folds and takes filters back.
seen.deep = await page.evaluate(async () => {
  const row = [...document.querySelectorAll("[data-filtered='inventory-filters'] [data-row]")].at(-1);
  location.hash = row.id;
  await new Promise((done) => setTimeout(done, 200));
  return !row.hidden;
});
seen.fold = await page.evaluate(async () => {
  const row = [...document.querySelectorAll("details[data-rest] [data-row]")].at(-1);
  if (!row) return null;
  location.hash = row.id;
  await new Promise((done) => setTimeout(done, 200));
  const box = row.getBoundingClientRect();
  return row.closest("details").open && box.top >= 0 && box.top < innerHeight;
});
// The first stop of the keyboard is the skip link.
await page.goto(url);
await page.keyboard.press("Tab");
seen.first = await page.evaluate(() => document.activeElement.textContent);
await page.setViewportSize({ width: 360, height: 740 });
await page.goto(url);
seen.sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
await page.setViewportSize({ width: 1280, height: 900 });
await page.emulateMedia({ colorScheme: "dark" });
await page.pdf({ path: path.join(out, "page.pdf"), preferCSSPageSize: true, printBackground: true });
// Nothing that is put into the page later can run: the policy has no place for it.
await page.evaluate(() => { const tag = document.createElement("script"); tag.textContent = "document.title = 'ran'"; document.body.append(tag); });
seen.title = await page.title();
seen.refused = seen.problems.filter((text) => /Content Security Policy/.test(text)).length;
seen.problems = seen.problems.filter((text) => !/Content Security Policy/.test(text));
await context.close();
fs.writeFileSync(path.join(out, "seen.json"), JSON.stringify(seen));
