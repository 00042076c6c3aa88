// peer.mjs verify|sign SECRET: reads one JSON line from stdin, {"headers", "body"} or {"id", "at", "body"}; prints
// what the standard's own library makes of it: the verified payload, or the headers to send. Exit status 1: refused.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const [, , verb, secret] = process.argv;
const line = JSON.parse(readFileSync(0, "utf8"));
const webhook = new Webhook(secret);
if (verb === "verify") {
  console.log(JSON.stringify(webhook.verify(line.body, line.headers)));
} else {
  const at = new Date(line.at * 1000);
  console.log(JSON.stringify({
    "webhook-id": line.id,
    "webhook-timestamp": String(line.at),
    "webhook-signature": webhook.sign(line.id, at, line.body),
  }));
}
