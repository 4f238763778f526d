package io.vela.okx

import okhttp3.Interceptor
import okhttp3.OkHttpClient
import okhttp3.Response
import okio.Buffer
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

object OkxClient {
    private const val ACCESS_KEY = "<api_key>"
    private const val ACCESS_SECRET = "<secret_key>"
    private const val ACCESS_PHRASE = "<passphrase>"

    val http: OkHttpClient = OkHttpClient.Builder()
        .addInterceptor(Signer())
        .build()

    private class Signer : Interceptor {
        override fun intercept(chain: Interceptor.Chain): Response {
            val req = chain.request()
            val ts = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString()
            val path = req.url.encodedPath + (req.url.encodedQuery?.let { "?$it" } ?: "")
            val body = req.body?.let { b -> Buffer().also(b::writeTo).readUtf8() } ?: ""
            val mac = Mac.getInstance("HmacSHA256")
            mac.init(SecretKeySpec(ACCESS_SECRET.toByteArray(), "HmacSHA256"))
            val sign = Base64.getEncoder().encodeToString(mac.doFinal((ts + req.method + path + body).toByteArray()))
            return chain.proceed(
                req.newBuilder()
                    .header("OK-ACCESS-KEY", ACCESS_KEY)
                    .header("OK-ACCESS-SIGN", sign)
                    .header("OK-ACCESS-TIMESTAMP", ts)
                    .header("OK-ACCESS-PASSPHRASE", ACCESS_PHRASE)
                    .build()
            )
        }
    }
}
