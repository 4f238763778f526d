class Order(BaseModel):
    okx_order_id: str = Field(default="<uuid>", alias="ORDER_ID")
    request_id: str = Field(default="<uuid:2>")
    okx_checksum: str = Field(default="<hex32|upper>")
