"""A small page that shows the letters of a maildir. It exists only for trials: a real service sends its letters."""
import email
import email.policy
import html
import http.server
import pathlib
import urllib.parse

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
li{margin:.6rem 0}small{opacity:.7}iframe{width:100%;height:32rem;border:1px solid #8886;border-radius:8px;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere}"""


def read_letter(file):
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def page(title, body):
    return (f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style>{body}').encode()


def list_page(folder):
    files = sorted((folder / "new").glob("*"), key=lambda f: f.stat().st_mtime, reverse=True) if folder.exists() else []
    rows = [f'<li><a href="/{f.name}">{html.escape(str(letter["subject"]))}</a><br><small>to '
            f'{html.escape(str(letter["to"]))}, {html.escape(str(letter["date"]))}</small>'
            for f in files for letter in [read_letter(f)]]
    letters = "".join(rows) or "<p>No letters yet. Sign up, then reload this page."
    return page("Mailbox", f"<h1>Mailbox of this trial</h1><ul>{letters}</ul>")


def letter_page(file):
    letter = read_letter(file)
    text = letter.get_body(("plain",)).get_content()
    shown = html.escape(letter.get_body(("html",)).get_content(), quote=True)
    # The letter's own link must open in the whole window, not in the frame that shows the letter.
    frame = f'<iframe sandbox="allow-popups allow-top-navigation-by-user-activation" srcdoc="&lt;base target=_top&gt;{shown}"></iframe>'
    return page("Letter", f'<p><a href="/">All letters</a><h1>{html.escape(str(letter["subject"]))}</h1>{frame}'
                          f"<h2>As plain text</h2><pre>{html.escape(text)}</pre>")


def serve(folder, port=0):
    """The server, not yet running; its port is server_address[1]."""
    folder = pathlib.Path(folder)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = urllib.parse.urlsplit(self.path).path.lstrip("/")
            file = folder / "new" / name
            found = "/" not in name and not name.startswith(".")
            body = list_page(folder) if not name else letter_page(file) if found and file.is_file() else None
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body or b"There is no such letter.")

        def log_message(self, *_):
            pass

    return http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
