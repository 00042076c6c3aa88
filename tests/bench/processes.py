"""Building and starting what the bench measures. Every server here says where it listens in the same line."""
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BENCH_BUILD = SOURCE / "build" / "bench"
OPTLEDGER = SOURCE / "build" / "release" / "optledger"


def build():
    """The program as people get it, and the bench's own programs in a folder of their own."""
    steps = [
        ["cmake", "--preset", "release", "-DOPTLEDGER_TESTS=OFF"],
        ["cmake", "--build", "build/release", "--target", "optledger"],
        ["cmake", "-S", ".", "-B", str(BENCH_BUILD), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"],
        ["cmake", "--build", str(BENCH_BUILD), "--target", "bench"],
    ]
    for step in steps:
        done = subprocess.run(step, cwd=SOURCE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(f"{done.stdout[-4000:]}\nfailed: {' '.join(step)}")


def bench_program(name):
    return next(BENCH_BUILD.rglob(f"bench_{name}"))


def bench_json(name, *arguments):
    """Runs one of the bench's programs to its end; it prints one line of JSON."""
    command = [str(bench_program(name)), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{name} failed: {done.stderr.strip()}")
    figures = json.loads(done.stdout)
    if figures.get("failed"):
        print(f"  ! {done.stderr.strip()}")
    return figures


class Server:
    """A child process that is ready when it has logged its "listening" line."""

    def __init__(self, command, log=None):
        started = time.monotonic()
        self.process = subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True)
        self.url = self._await_listening()
        self.ready_ms = (time.monotonic() - started) * 1000
        self.port = int(self.url.rsplit(":", 1)[1])
        # A full pipe would stop the server.
        self._reader = threading.Thread(target=self._pass_on, args=(log,), daemon=True)
        self._reader.start()

    def _await_listening(self):
        for line in self.process.stderr:
            try:
                said = json.loads(line)
            except ValueError:
                sys.exit(f"{self.process.args[0]}: {line.strip()}")
            if said.get("event") == "listening":
                return said["url"]
        sys.exit(f"{self.process.args[0]} ended before it was ready")

    def _pass_on(self, log):
        with open(log or os.devnull, "a", encoding="utf-8") as file:
            for line in self.process.stderr:
                file.write(line)

    def status_mb(self, field):
        """A line of /proc/PID/status, such as VmRSS (now) or VmHWM (the most there ever was), in MB of 10^6."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024 / 1e6
        raise KeyError(field)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
