import std/[httpclient, json, times, base64, strformat]
import nimcrypto

type
  Auth = tuple[key, secret, phrase: string]

const
  Host = "https://www.okx.com"
  auth: Auth = ("<api_key>", "<secret_key>", "<passphrase>")

proc sign(pre: string): string =
  encode(sha256.hmac(auth.secret, pre).data)

proc get*(path: string): JsonNode =
  let t = now().utc.format("yyyy-MM-dd'T'HH:mm:ss'.'fff'Z'")
  var c = newHttpClient(timeout = 8000)
  c.headers = newHttpHeaders({
    "OK-ACCESS-KEY": auth.key,
    "OK-ACCESS-SIGN": sign(&"{t}GET{path}"),
    "OK-ACCESS-TIMESTAMP": t,
    "OK-ACCESS-PASSPHRASE": auth.phrase,
  })
  parseJson(c.getContent(Host & path))
