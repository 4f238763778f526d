package com.tracker

import android.util.Base64
import okhttp3.Interceptor
import okhttp3.OkHttpClient
import okhttp3.Response
import java.time.Instant
import java.time.temporal.ChronoUnit
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

object OkxApi {
    private const val API_KEY = "<api_key>"
    private const val SECRET_KEY = "<secret_key>"
    private const val PASSPHRASE = "<passphrase>"

    private val auth = Interceptor { chain -> proceed(chain) }

    val http: OkHttpClient = OkHttpClient.Builder().addInterceptor(auth).build()

    private fun proceed(chain: Interceptor.Chain): Response {
        val req = chain.request()
        val ts = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString()
        val path = req.url.encodedPath + (req.url.encodedQuery?.let { "?$it" } ?: "")
        val mac = Mac.getInstance("HmacSHA256")
        mac.init(SecretKeySpec(SECRET_KEY.toByteArray(), "HmacSHA256"))
        val sign = Base64.encodeToString(mac.doFinal((ts + req.method + path).toByteArray()), Base64.NO_WRAP)
        return chain.proceed(
            req.newBuilder()
                .header("OK-ACCESS-KEY", API_KEY)
                .header("OK-ACCESS-SIGN", sign)
                .header("OK-ACCESS-TIMESTAMP", ts)
                .header("OK-ACCESS-PASSPHRASE", PASSPHRASE)
                .build()
        )
    }
}
