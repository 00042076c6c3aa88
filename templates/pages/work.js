// The form's proof of work (ALTCHA, version 1): finds the number behind a challenge of this server, in a worker, so
// that the page stays quick. It begins when somebody starts to fill in the form. One file is page and worker both.
"use strict";

const goodFor = 15 * 60 * 1000; // milliseconds; the server takes a solution for twenty minutes
const together = 512; // hashes under way at once

async function find({ salt, challenge, maxnumber }) {
  const encoder = new TextEncoder();
  const wanted = challenge.match(/../g).map((byte) => parseInt(byte, 16));
  for (let first = 0; first <= maxnumber; first += together) {
    const hashes = [];
    for (let number = first; number < first + together && number <= maxnumber; number += 1) {
      hashes.push(crypto.subtle.digest("SHA-256", encoder.encode(salt + number)));
    }
    const found = (await Promise.all(hashes)).findIndex((hash) => {
      const bytes = new Uint8Array(hash);
      return wanted.every((byte, i) => bytes[i] === byte);
    });
    if (found >= 0) return first + found;
    postMessage({ share: first / maxnumber });
  }
  throw new Error("no number fits");
}

function inWorker(challenge, onShare) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script);
    const end = (settle, value) => {
      worker.terminate();
      settle(value);
    };
    worker.onmessage = ({ data }) => ("number" in data ? end(resolve, data.number) : onShare(data.share));
    worker.onerror = () => end(reject, new Error("the worker failed"));
    worker.postMessage(challenge);
  });
}

function prepare(form) {
  const box = document.getElementById("work");
  const bar = document.getElementById("work-progress");
  const said = document.getElementById("work-said");
  const button = document.getElementById("send");
  const field = form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "altcha" }));
  let solving = null;
  let until = 0;

  const say = (state) => {
    box.hidden = false;
    said.textContent = said.dataset[state];
  };
  const solve = async () => {
    say("working");
    bar.value = 0;
    const answer = await fetch(form.dataset.work, { cache: "no-store", credentials: "omit" });
    if (!answer.ok) throw new Error("no challenge");
    const { algorithm, challenge, maxnumber, salt, signature } = await answer.json();
    const began = Date.now();
    const number = await inWorker({ salt, challenge, maxnumber }, (share) => {
      bar.value = 100 * share;
    });
    field.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature, took: Date.now() - began }));
    until = began + goodFor;
    bar.value = 100;
    say("done");
  };
  const begin = () => {
    if (field.value && Date.now() > until) field.value = "";
    if (field.value) return Promise.resolve();
    solving ??= solve().finally(() => {
      solving = null;
    });
    return solving;
  };
  const fail = () => {
    field.value = "";
    button.disabled = false;
    say("failed");
  };

  form.addEventListener("input", () => begin().catch(fail), { once: true });
  form.addEventListener("submit", (event) => {
    if (field.value && Date.now() <= until) return;
    event.preventDefault();
    button.disabled = true;
    begin().then(() => form.submit(), fail);
  });
  // Who comes back with the browser's button finds the page as it was, with work that is spent.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    field.value = "";
    button.disabled = false;
    box.hidden = true;
  });
}

const script = typeof document === "undefined" ? null : document.currentScript.src;
if (script === null) {
  onmessage = async ({ data }) => postMessage({ number: await find(data) });
} else {
  prepare(document.querySelector("form[data-work]"));
}
