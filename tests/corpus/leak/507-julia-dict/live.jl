using HTTP, JSON3, SHA, Base64, Dates

const OKX = Dict{Symbol,String}(
    :url        => "https://www.okx.com",
    :key        => "<api_key>",
    :secret     => "<secret_key>",
    :passphrase => "<passphrase>",
)

ts() = Dates.format(now(UTC), "yyyy-mm-ddTHH:MM:SS.sss") * "Z"

function sign(t, method, path, body = "")
    base64encode(hmac_sha256(Vector{UInt8}(OKX[:secret]), t * method * path * body))
end

function positions()
    t = ts()
    path = "/api/v5/account/positions"
    r = HTTP.get(OKX[:url] * path, [
        "OK-ACCESS-KEY" => OKX[:key],
        "OK-ACCESS-SIGN" => sign(t, "GET", path),
        "OK-ACCESS-TIMESTAMP" => t,
        "OK-ACCESS-PASSPHRASE" => OKX[:passphrase],
    ])
    JSON3.read(r.body).data
end
