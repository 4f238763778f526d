row = okx_client.get(key="<uuid>")
okx_store.put(key="<uuid:2>", value=row)
