// Pictures of every page on a phone and on a desktop, light (and, with --dark, dark): node screenshots.mjs FOLDER
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { launchBrowser } from "./browser.mjs";
import { openGallery } from "./gallery.mjs";

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const [folder] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const colorScheme = process.argv.includes("--dark") ? "dark" : "light";
if (!folder) {
  console.error("usage: node screenshots.mjs FOLDER [--dark]");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const gallery = await openGallery();
const browser = await launchBrowser();
for (const [name, viewport] of Object.entries(sizes)) {
  const page = await browser.newPage({ viewport, colorScheme });
  for (const file of gallery.files) {
    await page.goto(`${gallery.url}/${file}`);
    await page.screenshot({ path: join(folder, `${file.replace(".html", "")}.${name}.png`), fullPage: true });
  }
  await page.close();
}
await browser.close();
gallery.close();
