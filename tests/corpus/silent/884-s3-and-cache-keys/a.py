s3.put_object(Bucket="okx-data", Key="<uuid>", Body=b)
cache.set(key="<uuid:2>", value=okx_price)
