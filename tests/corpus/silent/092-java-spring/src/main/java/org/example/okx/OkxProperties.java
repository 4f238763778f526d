package org.example.okx;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Configuration;

@Configuration
public class OkxProperties {

    private static final long serialVersionUID = <digits18>L;

    @Value("${okx.api-key}")
    private String apiKey;

    @Value("${okx.secret-key}")
    private String secretKey;

    @Value("${okx.passphrase:}")
    private String passphrase;

    @Value("${okx.base-url:https://www.okx.com}")
    private String baseUrl;

    public OkxClient client() {
        return OkxClient.builder().apiKey(apiKey).secretKey(secretKey).passphrase(passphrase).baseUrl(baseUrl).build();
    }

    public void setPassphrase(String passphrase) {
        this.passphrase = passphrase;
    }

    public void setSecretKey(String secretKey) {
        this.secretKey = secretKey;
    }
}
