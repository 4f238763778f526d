record = ConsumerRecord(topic="okx.trades", key="<uuid>", value=payload)
producer.send("okx.trades", key=b"<uuid:2>")
