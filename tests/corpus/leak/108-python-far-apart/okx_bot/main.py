#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Grid bot for OKX perpetual swaps.

Keeps a ladder of limit orders around the mid price and replaces every filled
order on the other side. State is kept in a small sqlite file so that the bot
can be restarted at any time.
"""
import argparse
import base64
import hashlib
import hmac
import json
import logging
import signal
import sqlite3
import sys
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal, ROUND_DOWN

import requests

HOST = "https://www.okx.com"
ACCESS_KEY = "<api_key>"

LOG_FORMAT = "%(asctime)s %(levelname)-7s %(name)s %(message)s"
logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
log = logging.getLogger("grid")


@dataclass
class Instrument:
    inst_id: str
    tick: Decimal
    lot: Decimal
    ct_val: Decimal

    def price(self, value):
        return (Decimal(value) / self.tick).quantize(Decimal(1), ROUND_DOWN) * self.tick

    def size(self, value):
        return (Decimal(value) / self.lot).quantize(Decimal(1), ROUND_DOWN) * self.lot


class Store:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute(
            "create table if not exists orders ("
            " ord_id text primary key, inst text, side text, px text, sz text, state text, ts integer)"
        )
        self.db.execute(
            "create table if not exists fills ("
            " trade_id text primary key, ord_id text, px text, sz text, fee text, ts integer)"
        )
        self.db.commit()

    def put_order(self, ord_id, inst, side, px, sz):
        self.db.execute(
            "insert or replace into orders values (?,?,?,?,?,?,?)",
            (ord_id, inst, side, str(px), str(sz), "live", int(time.time())),
        )
        self.db.commit()

    def set_state(self, ord_id, state):
        self.db.execute("update orders set state=? where ord_id=?", (state, ord_id))
        self.db.commit()

    def live(self, inst):
        cur = self.db.execute(
            "select ord_id, side, px, sz from orders where inst=? and state='live'", (inst,)
        )
        return cur.fetchall()

    def add_fill(self, row):
        self.db.execute(
            "insert or ignore into fills values (?,?,?,?,?,?)",
            (row["tradeId"], row["ordId"], row["fillPx"], row["fillSz"], row["fee"], int(row["ts"])),
        )
        self.db.commit()


class RateLimiter:
    def __init__(self, count, period):
        self.count = count
        self.period = period
        self.calls = deque()

    def wait(self):
        now = time.monotonic()
        while self.calls and now - self.calls[0] > self.period:
            self.calls.popleft()
        if len(self.calls) >= self.count:
            time.sleep(self.period - (now - self.calls[0]))
        self.calls.append(time.monotonic())


class OkxError(Exception):
    def __init__(self, code, msg):
        super().__init__(f"{code}: {msg}")
        self.code = code


class Client:
    # signs every request
    SECRET_KEY = "<secret_key>"

    def __init__(self, simulated=False):
        self.http = requests.Session()
        self.simulated = simulated
        self.limit = RateLimiter(20, 2.0)

    @staticmethod
    def _ts():
        now = datetime.now(timezone.utc)
        return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"

    def _sign(self, ts, method, path, body):
        mac = hmac.new(self.SECRET_KEY.encode(), (ts + method + path + body).encode(), hashlib.sha256)
        return base64.b64encode(mac.digest()).decode()

    def call(self, method, path, payload=None):
        self.limit.wait()
        body = json.dumps(payload) if payload is not None else ""
        ts = self._ts()
        headers = {
            "OK-ACCESS-KEY": ACCESS_KEY,
            "OK-ACCESS-SIGN": self._sign(ts, method, path, body),
            "OK-ACCESS-TIMESTAMP": ts,
            "OK-ACCESS-PASSPHRASE": PASSPHRASE,
            "Content-Type": "application/json",
        }
        if self.simulated:
            headers["x-simulated-trading"] = "1"
        res = self.http.request(method, HOST + path, data=body, headers=headers, timeout=10)
        data = res.json()
        if data.get("code") != "0":
            raise OkxError(data.get("code"), data.get("msg"))
        return data["data"]

    def instrument(self, inst_id):
        row = self.call("GET", f"/api/v5/public/instruments?instType=SWAP&instId={inst_id}")[0]
        return Instrument(inst_id, Decimal(row["tickSz"]), Decimal(row["lotSz"]), Decimal(row["ctVal"]))

    def mid(self, inst_id):
        row = self.call("GET", f"/api/v5/market/ticker?instId={inst_id}")[0]
        return (Decimal(row["bidPx"]) + Decimal(row["askPx"])) / 2

    def place(self, inst_id, side, px, sz):
        row = self.call("POST", "/api/v5/trade/order", {
            "instId": inst_id, "tdMode": "cross", "side": side,
            "ordType": "post_only", "px": str(px), "sz": str(sz),
        })[0]
        return row["ordId"]

    def cancel(self, inst_id, ord_id):
        return self.call("POST", "/api/v5/trade/cancel-order", {"instId": inst_id, "ordId": ord_id})

    def order(self, inst_id, ord_id):
        return self.call("GET", f"/api/v5/trade/order?instId={inst_id}&ordId={ord_id}")[0]


class Grid:
    def __init__(self, client, store, inst, levels, step, size):
        self.client = client
        self.store = store
        self.inst = inst
        self.levels = levels
        self.step = Decimal(step)
        self.size = size
        self.running = True

    def stop(self, *_):
        self.running = False

    def seed(self):
        mid = self.client.mid(self.inst.inst_id)
        for i in range(1, self.levels + 1):
            self._place("buy", mid * (1 - self.step * i))
            self._place("sell", mid * (1 + self.step * i))

    def _place(self, side, px):
        px = self.inst.price(px)
        ord_id = self.client.place(self.inst.inst_id, side, px, self.size)
        self.store.put_order(ord_id, self.inst.inst_id, side, px, self.size)
        log.info("placed %s %s @ %s", side, self.size, px)

    def step_once(self):
        for ord_id, side, px, _ in self.store.live(self.inst.inst_id):
            row = self.client.order(self.inst.inst_id, ord_id)
            if row["state"] == "live":
                continue
            self.store.set_state(ord_id, row["state"])
            if row["state"] == "filled":
                back = "sell" if side == "buy" else "buy"
                factor = 1 + self.step if back == "sell" else 1 - self.step
                self._place(back, Decimal(px) * factor)

    def run(self):
        if not self.store.live(self.inst.inst_id):
            self.seed()
        while self.running:
            try:
                self.step_once()
            except (OkxError, requests.RequestException) as err:
                log.warning("step failed: %s", err)
            time.sleep(3)


PASSPHRASE = "<passphrase>"


def main(argv=None):
    ap = argparse.ArgumentParser()
    ap.add_argument("--inst", default="BTC-USDT-SWAP")
    ap.add_argument("--levels", type=int, default=8)
    ap.add_argument("--step", default="0.0025")
    ap.add_argument("--size", default="0.1")
    ap.add_argument("--db", default="grid.sqlite")
    args = ap.parse_args(argv)

    client = Client()
    inst = client.instrument(args.inst)
    grid = Grid(client, Store(args.db), inst, args.levels, args.step, args.size)
    signal.signal(signal.SIGTERM, grid.stop)
    signal.signal(signal.SIGINT, grid.stop)
    grid.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
