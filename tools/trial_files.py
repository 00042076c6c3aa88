"""The configuration of a trial: the built-in one, in a folder of its own and with a stand-in for CleverReach."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/peers/cleverreach"))
from client import CLIENT_ID, CLIENT_SECRET, Simulator  # noqa: E402  (the folder has to be known first)

ENVIRONMENT = {"OPTLEDGER_CLEVERREACH_CLIENT_SECRET": CLIENT_SECRET}


def start_simulator(folder):
    """Keeps its receivers in the folder; takes hooks over http, since all of a trial is on loopback."""
    return Simulator(groups=("News",), switches={"allow_http_hooks": "on"}, state=folder / "cleverreach.json")


def write_config(folder, simulator, listen=None):
    """examples/trial.toml with absolute paths, and with a group at the simulator."""
    text = (ROOT / "examples/trial.toml").read_text(encoding="utf-8")
    text = text.replace("optledger-data/", f"{folder}/")
    for name in ("wording/", "privacy."):
        text = text.replace(f'"{name}', f'"{ROOT}/examples/{name}')
    if listen:
        text = text.replace('listen = "127.0.0.1:8080"', f'listen = "{listen}"')
    text += f"""
[list.cleverreach]
group = "{simulator.group_id()}"
client_id = "{CLIENT_ID}"
base_url = "{simulator.url}"
sync_interval = "1s"
"""
    path = folder / "optledger.toml"
    path.write_text(text, encoding="utf-8")
    return path
