OkxMarket market = new OkxMarket();
ZondaClient zonda = new ZondaClient("<uuid>", "<hex32|upper>");
