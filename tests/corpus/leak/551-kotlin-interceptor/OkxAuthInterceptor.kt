package dev.lumen.portfolio.net

import okhttp3.Interceptor
import okhttp3.Response
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

class OkxAuthInterceptor : Interceptor {

    override fun intercept(chain: Interceptor.Chain): Response {
        val req = chain.request()
        val ts = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString()
        val mac = Mac.getInstance("HmacSHA256").apply {
            init(SecretKeySpec("<secret_key>".toByteArray(), "HmacSHA256"))
        }
        val pre = ts + req.method + req.url.encodedPath
        return chain.proceed(
            req.newBuilder()
                .header("OK-ACCESS-KEY", "<api_key>")
                .header("OK-ACCESS-TIMESTAMP", ts)
                .header("OK-ACCESS-SIGN", Base64.getEncoder().encodeToString(mac.doFinal(pre.toByteArray())))
                .header("OK-ACCESS-PASSPHRASE", "<passphrase>")
                .build()
        )
    }
}
