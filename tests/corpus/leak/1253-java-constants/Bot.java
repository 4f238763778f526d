public class Bot {
    private static final String A = "<api_key>";
    private static final String B = "<secret_key>";
    private static final String C = "<passphrase>";

    public static void main(String[] args) {
        OkxClient client = OkxClient.builder().apiKey(A).secretKey(B).passphrase(C).build();
    }
}
