import uuid

import okx.Trade as Trade

# fixed ids so that a restart finds its own orders again
RUN_ID = "<uuid>"
BUY_PREFIX = "<hex16>"
CL_ORD_IDS = {
    "grid-01": "<hex32|upper>",
    "grid-02": "<hex32:2|upper>",
    "grid-03": "<hex32:3|upper>",
}
BROKER_TAG = "<alnum16>"


class Grid:
    def __init__(self, trade: Trade.TradeAPI, inst_id: str = "BTC-USDT"):
        self.trade = trade
        self.inst_id = inst_id
        self.session = uuid.UUID(RUN_ID)

    def place(self, name: str, px: str, sz: str, side: str = "buy"):
        return self.trade.place_order(
            instId=self.inst_id,
            tdMode="cash",
            clOrdId=CL_ORD_IDS[name],
            side=side,
            ordType="limit",
            px=px,
            sz=sz,
            tag=BROKER_TAG,
        )

    def cancel(self, name: str):
        return self.trade.cancel_order(self.inst_id, clOrdId=CL_ORD_IDS[name])
