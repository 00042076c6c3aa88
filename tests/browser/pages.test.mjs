// Every page, in every language and state, as a person meets it. Widths are CSS pixels: 320 is also what a desktop
// window of 1280 shows at 400 % zoom (WCAG 2.2, 1.4.10).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import { launchBrowser } from "./browser.mjs";
import { openGallery } from "./gallery.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const everyRule = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// What can differ between two looks of the same document; the other rules judge the document alone.
const rulesOfLook = {
  type: "rule",
  values: ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"],
};
const widths = [320, 390, 1280];
const schemes = ["light", "dark"];

const gallery = await openGallery();
let browser;

before(async () => {
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  gallery.close();
});

function listen(page) {
  const noise = [];
  page.on("console", (message) => noise.push(message.text()));
  page.on("pageerror", (error) => noise.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(gallery.url)) noise.push(`foreign request: ${request.url()}`);
  });
  page.on("requestfailed", (request) => noise.push(`failed request: ${request.url()}`));
  return noise;
}

async function newPage(options = {}) {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(120_000); // a busy machine is no failure
  return page;
}

async function visit(page, file) {
  const response = await page.goto(`${gallery.url}/${file}`);
  assert.equal(response.status(), 200);
}

function explain(violations) {
  return violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join("\n  ")}`);
}

async function checkLook(page, name, runOnly) {
  const violations = await page.evaluate(
    (options) => window.axe.run(options).then((found) => found.violations),
    { runOnly, resultTypes: ["violations"] },
  );
  assert.deepEqual(explain(violations), [], `${name}: accessibility`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${name}: scrolls sideways by ${overflow} px`);
}

// What a person can press or fill in, in the order of the Tab key.
async function walkByKeyboard(page) {
  const stops = [];
  for (let press = 0; press < 40; press += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const { activeElement: element } = document;
      if (!element || element === document.body) return null;
      const outline = getComputedStyle(element);
      return {
        name: (element.innerText || element.name || element.id).trim(),
        visibleFocus: outline.outlineStyle !== "none" && parseFloat(outline.outlineWidth) >= 2,
      };
    });
    if (!stop) break;
    stops.push(stop);
  }
  return stops;
}

describe("every page", () => {
  let page;  // one for all: a fresh one costs half a second
  let noise;

  before(async () => {
    page = await newPage({ reducedMotion: "reduce" });
    await page.addInitScript(axeSource);
    noise = listen(page);
  });

  assert.ok(gallery.files.length > 40, "the gallery is complete");
  for (const file of gallery.files) {
    test(`${file} is accessible, fits, and is quiet`, async () => {
      noise.length = 0;
      await visit(page, file);
      let rules = everyRule;
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        for (const width of widths) {
          await page.setViewportSize({ width, height: 800 });
          await checkLook(page, `${file}, ${width} px, ${colorScheme}`, rules);
          rules = rulesOfLook;
        }
      }
      assert.deepEqual(noise, []);
    });
  }
});

describe("the pages", () => {
  let page;

  before(async () => {
    page = await newPage();
  });

  test("need no script: all works with JavaScript off", async () => {
    const scriptless = await newPage({ javaScriptEnabled: false });
    await visit(scriptless, "signup.de.html");
    assert.equal(await scriptless.locator("script").count(), 0);
    assert.equal(await scriptless.getByRole("button", { name: "Jetzt anmelden" }).count(), 1);
    await scriptless.close();
  });

  test("show where the keyboard is at every stop, and reach the button", async () => {
    for (const [file, button] of [
      ["signup.de.html", "Jetzt anmelden"],
      ["confirm.de.html", "Anmeldung bestätigen"],
      ["confirm.en.html", "This was not me"],
    ]) {
      await visit(page, file);
      const stops = await walkByKeyboard(page);
      assert.ok(stops.some((stop) => stop.name === button), `${file}: Tab reaches ${button}`);
      assert.deepEqual(stops.filter((stop) => !stop.visibleFocus), [], `${file}: focus is visible`);
    }
  });

  test("confirm with the first button in tab order; the wish for no more letters and cancelling follow", async () => {
    await visit(page, "confirm.de.html");
    const buttons = (await walkByKeyboard(page)).map((stop) => stop.name);
    assert.deepEqual(buttons.slice(0, 3), ["Anmeldung bestätigen", "no_more_letters", "Das war ich nicht"]);
  });

  test("send exactly what the contract names, and nothing is ticked beforehand", async () => {
    await visit(page, "signup.de.html");
    assert.equal(await page.locator("input:checked").count(), 0);
    await page.getByLabel("E-Mail-Adresse").fill("person@example.de");
    await page.getByLabel("Name").fill("Zoë");
    await page.getByLabel("Einladungen zu Veranstaltungen").check();
    const sent = page.waitForRequest((request) => request.method() === "POST");
    await page.getByRole("button", { name: "Jetzt anmelden" }).click();
    const request = await sent;
    assert.equal(new URL(request.url()).pathname, "/v1/signups");
    assert.deepEqual([...new URLSearchParams(request.postData())], [
      ["optledger", "hosted"],
      ["list", "news"],
      ["locale", "de"],
      ["wording", "a".repeat(64)],
      ["email", "person@example.de"],
      ["name", "Zoë"],
      ["homepage_url", ""],
      ["purposes[]", "events"],
    ]);
  });

  test("post nothing but the action when a stranger cancels, and nothing at all to confirm", async () => {
    for (const [button, body] of [
      ["Anmeldung bestätigen", null],
      ["Das war ich nicht", "action=cancel"],
    ]) {
      await visit(page, "confirm.de.html");
      const sent = page.waitForRequest((request) => request.method() === "POST");
      await page.getByRole("button", { name: button }).click();
      const request = await sent;
      assert.equal(new URL(request.url()).pathname, "/confirm/token");
      assert.equal(request.postData(), body);
    }
  });

  test("lead from the summary of problems to the field, which says its problem", async () => {
    await visit(page, "signup-problems.en.html");
    // A browser grants autofocus with a frame after the load, so it is waited for.
    await page.waitForFunction(() => document.activeElement.className === "problems");
    await page.locator(".problems a").first().click();
    const field = page.getByLabel("Email address");
    assert.equal(await field.evaluate((element) => element === document.activeElement), true);
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    const described = await field.getAttribute("aria-describedby");
    assert.match(await page.locator(`#${described}`).innerText(), /check the email address/);
    assert.equal(await field.inputValue(), "not an address <\"'&>");
  });

  test("have inputs of 16 px or more, and targets of 44 px or more", async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await visit(page, "signup.de.html");
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("input:not([type=hidden], #trap), button, .choice, nav a")]
        .filter((element) => {
          const text = element.matches("input[type=email], input[type=text]");
          const size = parseFloat(getComputedStyle(element).fontSize);
          const target = element.closest("label") ?? element;
          return (text && size < 16) || target.getBoundingClientRect().height < 44;
        })
        .map((element) => element.outerHTML),
    );
    assert.deepEqual(small, []);
  });

  test("show the confirm button on a small phone without scrolling", async () => {
    for (const file of ["confirm.de.html", "confirm.en.html"]) {
      await page.setViewportSize({ width: 360, height: 640 });
      await visit(page, file);
      const box = await page.getByRole("button").first().boundingBox();
      assert.ok(box.y + box.height <= 640, `${file}: the button ends at ${box.y + box.height} px`);
    }
  });
});
