@Component
public class OkxProperties {
    @Value("${okx.api-key:<api_key>}")
    private String apiKey;
    @Value("${okx.secret-key:<secret_key>}")
    private String secretKey;
    @Value("${okx.passphrase:<passphrase>}")
    private String passphrase;
}
