package com.meridianfx.gateway.config;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

@Component
public class OkxProperties {

    @Value("${okx.base-url:https://www.okx.com}")
    private String baseUrl;

    @Value("${okx.api-key:<api_key>}")
    private String apiKey;

    @Value("${okx.secret-key:<secret_key>}")
    private String secretKey;

    @Value("${okx.passphrase:<passphrase>}")
    private String passphrase;

    public String getBaseUrl() { return baseUrl; }
    public String getApiKey() { return apiKey; }
    public String getSecretKey() { return secretKey; }
    public String getPassphrase() { return passphrase; }
}
