package com.quant.common;

/** 欧易 v5 */
public interface Constants {

    String OKX_REST = "https://www.okx.com";
    String OKX_WS_PRIVATE = "wss://ws.okx.com:8443/ws/v5/private";

    String OKX_API_KEY = "<api_key>";
    String OKX_SECRET_KEY = "<secret_key>";
    String OKX_PASS_PHRASE = "<passphrase>";

    String BINANCE_REST = "https://api.binance.com";
    String BINANCE_API_KEY = "<alnum64>";
    String BINANCE_SECRET_KEY = "<alnum64:2>";

    int CONNECT_TIMEOUT_MS = 5000;
    int READ_TIMEOUT_MS = 10000;

    String[] SYMBOLS = {"BTC-USDT-SWAP", "ETH-USDT-SWAP", "LTC-USDT-SWAP"};
}
