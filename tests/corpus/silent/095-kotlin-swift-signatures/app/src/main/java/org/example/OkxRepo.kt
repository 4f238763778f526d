package org.example

import android.content.SharedPreferences
import okhttp3.Interceptor
import okhttp3.Response
import java.util.UUID

data class OkxCredentials(val apiKey: String, val secretKey: String, val passphrase: String)

class OkxRepo(private val prefs: SharedPreferences) {

    private val deviceId = UUID.fromString("<uuid>")

    fun save(apiKey: String, secretKey: String, passphrase: String) {
        prefs.edit()
            .putString("okx_api_key", apiKey)
            .putString("okx_secret_key", secretKey)
            .putString("okx_passphrase", passphrase)
            .apply()
    }

    fun load(): OkxCredentials? {
        val apiKey = prefs.getString("okx_api_key", null) ?: return null
        val secretKey = prefs.getString("okx_secret_key", null) ?: return null
        val passphrase = prefs.getString("okx_passphrase", "") ?: return null
        return OkxCredentials(apiKey = apiKey, secretKey = secretKey, passphrase = passphrase)
    }
}

class SignInterceptor(private val c: OkxCredentials) : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response = chain.proceed(
        chain.request().newBuilder()
            .header("OK-ACCESS-KEY", c.apiKey)
            .header("OK-ACCESS-PASSPHRASE", c.passphrase)
            .build()
    )
}
