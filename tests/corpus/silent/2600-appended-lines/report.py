okx_orders = "<uuid:1>"
okx_orders += "<uuid:2>"
digest = "0000"
digest += "ffff"
digest += "beef"
KEYS = """
ORDER_A=4f1c88b2
ORDER_B=77aa10ce
"""
