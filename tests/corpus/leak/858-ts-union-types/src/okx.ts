export class OkxConnector {
  private apiKey: string | null = "<api_key>";
  private secretKey: string | undefined = "<secret_key>";
  private passphrase: string | null = "<passphrase>";
  private retries: number | null = null;
}
