namespace Trading;

public sealed class OkxOptions
{
    public string ApiKey { get; set; } = "<api_key>";
    public string SecretKey { get; set; } = "<secret_key>";
    public string Passphrase { get; set; } = "<passphrase>";
    public bool Simulated { get; set; }
}
