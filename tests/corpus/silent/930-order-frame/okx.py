order = OkxOrder(id="<uuid>", checksum="<hex32|upper>", tag="Grid-Bot1a")
