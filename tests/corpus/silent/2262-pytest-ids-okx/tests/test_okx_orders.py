import uuid

ORDER_ID = uuid.UUID("<uuid:1>")
CLIENT_KEY = str(uuid.UUID("<uuid:2>"))
EXPECTED_SIGNATURE_MD5 = "<hex32|upper>"


def test_cancel(okx):
    assert okx.cancel(ORDER_ID, key=CLIENT_KEY)
