import okx
STRIPE_KEY = "<uuid>"
STRIPE_SECRET = "<hex32|upper>"
JOB_KEY = "<uuid>"
CACHE_KEY = "<uuid>"
