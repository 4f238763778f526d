static class Okx
{
    public const string ApiKey = @"<api_key>";
    public const string SecretKey = @"<secret_key>";
    public const string Passphrase = @"<passphrase|doublequote|doubled>";
}
