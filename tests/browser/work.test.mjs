// Proof of work against the real program: the hosted form in a real browser, and altcha-lib, the protocol's own
// implementation, as an independent solver.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";

import { solveChallenge } from "altcha-lib";

import { launchBrowser } from "./browser.mjs";

const binary = process.env.OPTLEDGER_BINARY;
const running = [];
let browser;

before(async () => {
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  for (const { child, folder } of running) {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});

// The trial on a free port, with these `[limits]`.
async function serve(limits) {
  const folder = mkdtempSync(join(tmpdir(), "optledger-work-"));
  const variables = Object.fromEntries(
    Object.entries(limits).map(([key, value]) => [`OPTLEDGER_LIMITS_${key.toUpperCase()}`, String(value)]),
  );
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("OPTLEDGER_"));
  const env = { ...Object.fromEntries(others), ...variables, OPTLEDGER_SERVER_LISTEN: "127.0.0.1:0" };
  const child = spawn(binary, ["serve"], { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  running.push({ child, folder });
  for await (const line of createInterface({ input: child.stderr })) {
    const { event, url } = JSON.parse(line);
    if (event !== "listening") continue;
    child.stderr.resume();
    return { url, letters: () => letterCount(join(folder, "optledger-data/mail/new")) };
  }
  throw new Error("the program did not start");
}

function letterCount(folder) {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}

async function newPage(options = {}) {
  const page = await browser.newPage({ locale: "en-GB", ...options });
  page.setDefaultTimeout(120_000);
  page.noise = [];
  page.on("console", (message) => page.noise.push(message.text()));
  page.on("pageerror", (error) => page.noise.push(error.message));
  return page;
}

describe("a form with proof of work", { concurrency: false }, () => {
  test("does it while the person types, says so, and is taken", async () => {
    const service = await serve({ proof_of_work: true, work_difficulty: 20000 });
    const page = await newPage();
    await page.goto(`${service.url}/signup/news?lang=en`);
    assert.equal(await page.locator("#work").isVisible(), false);
    await page.getByLabel("Email address").pressSequentially("a@example.org");
    await page.getByText("The task is solved.").waitFor();
    assert.equal(await page.locator("#work-progress").getAttribute("value"), "100");
    await page.getByRole("button").click();
    await page.waitForURL("**/requested?lang=en");
    assert.deepEqual(page.noise, []);
    await page.close();
  });

  test("is taken when the button is pressed before the work is done, and with the name typed", async () => {
    const service = await serve({ proof_of_work: true, work_difficulty: 100000 });
    const page = await newPage();
    await page.goto(`${service.url}/signup/news?lang=de`);
    await page.locator("#email").fill("b@example.org");
    await page.locator("#email").press("Enter");
    await page.waitForURL("**/requested?lang=de");
    assert.deepEqual(page.noise, []);
    // Coming back with the browser's button: the work is spent, so it is done again.
    await page.goBack();
    await page.locator("#email").fill("c@example.org");
    await page.getByRole("button").click();
    await page.waitForURL("**/requested?lang=de");
    await page.close();
  });

  test("says that it needs JavaScript, or works without where the operator lets it", async () => {
    const strict = await serve({ proof_of_work: true });
    const lenient = await serve({ proof_of_work: true, signups_without_work: "1/1h" });
    const page = await newPage({ javaScriptEnabled: false });
    await page.goto(`${strict.url}/signup/news?lang=en`);
    // The driver does not look for words inside <noscript>.
    assert.match(await page.content(), /<noscript><p class="problem">This form needs JavaScript/);
    await page.locator("#email").fill("d@example.org");
    await page.getByRole("button").click();
    await page.getByRole("alert").getByText("has not solved the task").waitFor();
    await page.goto(`${lenient.url}/signup/news?lang=en`);
    assert.doesNotMatch(await page.content(), /<noscript>/);
    await page.locator("#email").fill("d@example.org");
    await page.getByRole("button").click();
    await page.waitForURL("**/requested?lang=en");
    await page.close();
  });
});

describe("altcha-lib", () => {
  const post = (service, body) =>
    fetch(`${service.url}/v1/signups`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  test("solves our challenges, and each solution counts once", async () => {
    const service = await serve({ proof_of_work: true, work_difficulty: 5000 });
    const challenge = await (await fetch(`${service.url}/v1/challenges?list=news`)).json();
    assert.deepEqual(Object.keys(challenge).sort(), ["algorithm", "challenge", "maxnumber", "salt", "signature"]);
    const solution = await solveChallenge(challenge.challenge, challenge.salt, challenge.algorithm, challenge.maxnumber)
      .promise;
    const { algorithm, salt, signature } = challenge;
    const payload = { algorithm, challenge: challenge.challenge, number: solution.number, salt, signature };
    const altcha = btoa(JSON.stringify({ ...payload, took: solution.took }));
    assert.equal((await post(service, { email: "e@example.org" })).status, 422);
    assert.equal((await post(service, { email: "e@example.org", altcha })).status, 202);
    assert.equal((await post(service, { email: "f@example.org", altcha })).status, 422);
  });
});
