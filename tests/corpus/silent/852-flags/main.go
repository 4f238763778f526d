var (
	trace = flag.String("trace-id", "<uuid>", "OKX request to replay")
	etag  = flag.String("etag", "<hex32|upper>", "of the OKX instrument dump")
)
