package com.mm;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class OkxGateway implements AutoCloseable {

    private static final String HOST = "https://www.okx.com";
    private static final String API_KEY = "<api_key>";

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicReference<String> lastBalance = new AtomicReference<>("");

    public void start() {
        timer.scheduleWithFixedDelay(this::poll, 0, 5, TimeUnit.SECONDS);
    }

    private void poll() {
        try {
            lastBalance.set(get("/api/v5/account/balance?ccy=USDT"));
        } catch (Exception e) {
            System.err.println("poll failed: " + e.getMessage());
        }
    }

    public String lastBalance() {
        return lastBalance.get();
    }

    public String order(String instId, String side, String px, String sz) throws Exception {
        String body = String.format(
                "{\"instId\":\"%s\",\"tdMode\":\"cross\",\"side\":\"%s\",\"ordType\":\"limit\",\"px\":\"%s\",\"sz\":\"%s\"}",
                instId, side, px, sz);
        return send("POST", "/api/v5/trade/order", body);
    }

    public String cancel(String instId, String ordId) throws Exception {
        String body = String.format("{\"instId\":\"%s\",\"ordId\":\"%s\"}", instId, ordId);
        return send("POST", "/api/v5/trade/cancel-order", body);
    }

    private String get(String path) throws Exception {
        return send("GET", path, "");
    }

    private String send(String method, String path, String body) throws Exception {
        String ts = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        HttpRequest.Builder b = HttpRequest.newBuilder(URI.create(HOST + path))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .header("OK-ACCESS-KEY", API_KEY)
                .header("OK-ACCESS-SIGN", sign(ts + method + path + body))
                .header("OK-ACCESS-TIMESTAMP", ts)
                .header("OK-ACCESS-PASSPHRASE", passphrase());
        if ("POST".equals(method)) {
            b.POST(HttpRequest.BodyPublishers.ofString(body));
        } else {
            b.GET();
        }
        return http.send(b.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String sign(String text) throws Exception {
        String secretKey = "<secret_key>";
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secretKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    public static void main(String[] args) throws Exception {
        try (OkxGateway gw = new OkxGateway()) {
            gw.start();
            for (int i = 0; i < 12; i++) {
                Thread.sleep(5000);
                System.out.println(gw.lastBalance());
            }
        }
    }

    private static String passphrase() {
        String passphrase = "<passphrase>";
        return passphrase;
    }
}
