package mx.inversion.okx;

public final class Configuracion {

    // Reemplaza estos valores por los de tu cuenta de OKX
    public static final String API_KEY = "TU_CLAVE_AQUI";
    public static final String SECRET_KEY = "TU_SECRETO_AQUI";
    public static final String PASSPHRASE = "TU_FRASE_AQUI";

    public static final String BASE = "https://www.okx.com";

    private Configuracion() { }
}
