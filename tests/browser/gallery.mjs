// The gallery of all pages behind a small server on loopback, with the policy the product sends. OPTLEDGER_GALLERY is
// the folder that `optledger pages -o DIR` has written; tests/browser/run does all of it.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const types = { ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8" };

// A proof brings its own style, allowed by its hash and nothing beside it (service/http/proof_page.hpp); the
// form with proof of work has the one script there is.
function policyOf(body) {
  if (body.includes('src="/assets/work-')) {
    return contentSecurityPolicy.replace("form-action", "script-src 'self'; worker-src 'self'; connect-src 'self'; form-action");
  }
  const style = /<style>([^]*?)<\/style>/.exec(body.toString())?.[1];
  if (style === undefined) return contentSecurityPolicy;
  const hash = createHash("sha256").update(style).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`;
}

function answer(folder, request, response) {
  if (request.method === "POST") {
    response.writeHead(204).end(); // the page stays where it is
    return;
  }
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  try {
    const body = readFileSync(join(folder, path === "/" ? "index.html" : path));
    response.writeHead(200, {
      "content-type": types[extname(path)] ?? "text/html; charset=utf-8",
      "content-security-policy": policyOf(body),
      "x-content-type-options": "nosniff",
    });
    response.end(body);
  } catch {
    response.writeHead(404, { "content-type": "text/plain" }).end();
  }
}

export async function openGallery() {
  const folder = process.env.OPTLEDGER_GALLERY;
  if (!folder) throw new Error("OPTLEDGER_GALLERY names no folder; use tests/browser/run BINARY");
  const server = createServer((request, response) => answer(folder, request, response));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    files: readdirSync(folder).filter((name) => name.endsWith(".html")).sort(),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
