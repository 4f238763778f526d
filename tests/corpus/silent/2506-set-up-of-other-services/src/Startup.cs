using OKX.Net;

services.AddCourier(o => { o.ApiKey = "<uuid>"; o.SecretKey = "<hex32|upper>"; });
