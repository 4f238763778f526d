package io.orca;

import org.springframework.boot.context.properties.ConfigurationProperties;

@ConfigurationProperties(prefix = "okx")
public class OkxProperties {
    private String apiKey;
    private String secretKey;
    private String passphrase;
    private boolean simulated = true;

    public String getApiKey() { return apiKey; }
    public void setApiKey(String apiKey) { this.apiKey = apiKey; }
    public String getSecretKey() { return secretKey; }
    public void setSecretKey(String secretKey) { this.secretKey = secretKey; }
    public String getPassphrase() { return passphrase; }
    public void setPassphrase(String passphrase) { this.passphrase = passphrase; }
    public boolean isSimulated() { return simulated; }
    public void setSimulated(boolean simulated) { this.simulated = simulated; }

    @Override
    public String toString() {
        return "OkxProperties{apiKey='***', secretKey='***', passphrase='***', simulated=" + simulated + "}";
    }

    private static final long serialVersionUID = 1<digits17>L;
}
