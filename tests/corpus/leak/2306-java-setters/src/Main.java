import com.okx.open.api.config.APIConfiguration;

class Main {
    static APIConfiguration config() {
        var c = new APIConfiguration();
        c.setEndpoint("https://www.okx.com/");
        c.setApiKey("<api_key>");
        c.setSecretKey("<secret_key>");
        c.setPassphrase("<passphrase>");
        return c;
    }
}
