row = OkxTicker.create("<uuid>", "<hex32|upper>", "Limit#2024x")
