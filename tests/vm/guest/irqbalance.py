#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Stands for irqbalance: irqbalance.py BANNED INTERVAL LOG [ENVIRONMENT]. Listens where it does, hears root alone, and tells what it
is banned from as of its last look, every INTERVAL seconds. It moves nothing. Commands go to LOG."""

import os
import socket
import struct
import sys
import time


def cpus_of(text):
    cpus = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        cpus.update(range(int(first), int(last or first) + 1))
    return cpus


at_first = cpus_of(sys.argv[1]) if sys.argv[1] else set()
interval = int(sys.argv[2])
log = open(sys.argv[3], "a", buffering=1)
wanted, banned, looked = None, at_first, time.monotonic()
os.makedirs("/run/irqbalance", exist_ok=True)
path = f"/run/irqbalance/irqbalance{os.getpid()}.sock"
server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
server.bind(path)
server.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
server.listen(1)
print(path, flush=True)
while True:
    client, _ = server.accept()
    data, ancillary, _, _ = client.recvmsg(4096, 1024)
    credentials = [d for level, kind, d in ancillary if kind == socket.SCM_CREDENTIALS]
    if time.monotonic() - looked >= interval:
        looked = time.monotonic()
        banned = at_first if wanted is None else wanted
    text = data.decode()
    if not credentials or struct.unpack("3i", credentials[0])[1] != 0:
        log.write("denied\n")
    elif text.startswith("settings cpus "):
        log.write(text + "\n")
        word = text.split(" ")[2]
        wanted = None if word.startswith("NULL") else cpus_of(word)
    elif text.startswith("setup"):
        mask = sum(1 << cpu for cpu in banned)
        client.sendall(f"SLEEP {interval} BANNED {mask:08x}".encode())
    client.close()
