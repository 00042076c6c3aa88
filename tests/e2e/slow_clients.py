#!/usr/bin/python3
"""People who take their time, and one who does not: processes of their own, so that no other work delays them.

  slow_clients.py crowd PORT SOURCE SECONDS KIND=COUNT…   slow heads, bodies, readers, idle; flood (sign-ups), knocks (connects)
  slow_clients.py good PORT SOURCE SECONDS                a sign-up every 50 ms, at fixed times

Each prints a line of JSON at its end; the crowd prints "ready" when all have connected once.
"""
import asyncio
import itertools
import json
import random
import socket
import sys
import time

PAUSE = 2  # seconds between two bytes
PAGE = b"GET /signup/news HTTP/1.1\r\nHost: x\r\n\r\n"
numbers = itertools.count()


def sign_up(address):
    body = json.dumps({"email": address, "locale": "en"}).encode()
    head = f"POST /v1/signups HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode(), body


class Crowd:
    """So many connections of each kind at any time: who is sent away comes back a second later."""

    def __init__(self, port, source, seconds, kinds):
        self.port, self.source, self.end, self.kinds = port, source, time.monotonic() + seconds, kinds
        self.counts = {"connected": 0, "refused": 0, "answered": 0}
        self.connecting = sum(kinds.values())

    def is_over(self):
        return time.monotonic() >= self.end

    async def connect(self, receive_buffer=0):
        plain = socket.socket()
        try:
            plain.setblocking(False)
            if receive_buffer:
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            plain.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT: as many as there are pairs of ports
            plain.bind((self.source, 0))
            await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", self.port))
        except BaseException:
            plain.close()
            raise
        self.counts["connected"] += 1
        return plain

    async def drip(self, plain, start, bytes):
        """One byte after the other until the other side has enough."""
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(plain, start)
        for byte in bytes:
            await asyncio.sleep(PAUSE * random.uniform(0.8, 1.2))
            if self.is_over():
                return
            await loop.sock_sendall(plain, byte)

    async def heads(self):
        with await self.connect() as plain:
            await self.drip(plain, b"GET / HTTP/1.1\r\nHost: x\r\nX: ", itertools.repeat(b"a"))

    async def bodies(self):
        head = b"POST /v1/signups HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n"
        with await self.connect() as plain:
            await self.drip(plain, head + b"[" * 60_000, itertools.repeat(b"["))

    async def readers(self):
        with await self.connect(receive_buffer=2048) as plain:
            await self.drip(plain, PAGE * 50, itertools.repeat(PAGE))

    async def idle(self):
        loop = asyncio.get_running_loop()
        with await self.connect() as plain:
            await loop.sock_sendall(plain, PAGE)
            while not self.is_over() and (answer := await loop.sock_recv(plain, 65536)):
                self.counts["refused"] += answer.startswith((b"HTTP/1.1 429", b"HTTP/1.1 503"))

    async def flood(self):
        loop = asyncio.get_running_loop()
        with await self.connect() as plain:
            while not self.is_over():
                await loop.sock_sendall(plain, b"".join(sign_up(f"flood-{next(numbers)}@example.org")))
                answer = await loop.sock_recv(plain, 4096)
                self.counts["answered"] += 1
                if not answer.startswith(b"HTTP/1.1 2"):
                    self.counts["refused"] += 1
                    return

    async def knocks(self):
        while not self.is_over():
            (await self.connect()).close()
            await asyncio.sleep(0)

    async def one(self, kind):
        await asyncio.sleep(random.uniform(0, 1))
        first = True
        while not self.is_over():
            try:
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + self.end - time.monotonic()):
                    if first:
                        self.connecting, first = self.connecting - 1, False
                    await getattr(self, kind)()
            except OSError:  # closed by the other side
                pass
            except TimeoutError:
                return
            await asyncio.sleep(random.uniform(0.5, 1.5))

    async def run(self):
        people = [asyncio.create_task(self.one(kind)) for kind, count in self.kinds.items() for _ in range(count)]
        while self.connecting:
            await asyncio.sleep(0.1)
        print("ready", flush=True)
        await asyncio.gather(*people)
        return self.counts


async def ask(port, source, due, number):
    """Milliseconds from when the request was due, and what came."""
    await asyncio.sleep(due - time.monotonic())
    try:
        plain = socket.socket()
        plain.bind((source, 0))
        plain.setblocking(False)
        loop = asyncio.get_running_loop()
        with plain:
            async with asyncio.timeout(30):
                await loop.sock_connect(plain, ("127.0.0.1", port))
                # As many clients do: head and body in segments of their own, a moment apart.
                for part in sign_up(f"good-{number}@example.org"):
                    await loop.sock_sendall(plain, part)
                    await asyncio.sleep(0.002)
                answer = await loop.sock_recv(plain, 4096)
    except OSError as fault:
        answer = repr(fault).encode()
    return (time.monotonic() - due) * 1000, answer


async def good(port, source, seconds, every=0.05):
    """Nobody waits for another's answer, so that one late answer is one late answer."""
    began = time.monotonic() + 0.1
    answers = await asyncio.gather(*(ask(port, source, began + number * every, number)
                                     for number in range(int(seconds / every))))
    took = sorted(time for time, _ in answers)
    failed = [answer[:60].decode("latin-1") for _, answer in answers if not answer.startswith(b"HTTP/1.1 202")]
    return {"requests": len(took), "p50": took[len(took) // 2], "p99": took[int(len(took) * 0.99)], "most": took[-1],
            "failed": len(failed), "failures": sorted(set(failed))[:5]}


def main():
    what, port, source, seconds, *kinds = sys.argv[1:]
    if what == "good":
        print(json.dumps(asyncio.run(good(int(port), source, float(seconds)))))
    else:
        counts = {kind: int(count) for kind, count in (one.split("=") for one in kinds)}
        print(json.dumps(asyncio.run(Crowd(int(port), source, float(seconds), counts).run())))


if __name__ == "__main__":
    main()
