package com.okex.open.api;

import com.okex.open.api.client.APIClient;
import com.okex.open.api.config.APIConfiguration;
import com.okex.open.api.constant.APIConstants;
import com.okex.open.api.enums.I18nEnum;
import com.okex.open.api.service.account.AccountAPIService;
import com.okex.open.api.service.account.impl.AccountAPIServiceImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class AccountBase {

    private static final Logger LOG = LoggerFactory.getLogger(AccountBase.class);

    protected APIConfiguration config;
    protected AccountAPIService accountAPIService;

    public APIConfiguration config() {
        APIConfiguration config = new APIConfiguration();

        config.setEndpoint("https://www.okx.com/");
        // apiKey, secretKey and passphrase from the web page
        config.setApiKey("<api_key>");
        config.setSecretKey("<secret_key>");
        config.setPassphrase("<passphrase>");
        // simulated trading 1, real 0
        config.setxSimulatedTrading("1");

        config.setPrint(true);
        config.setI18n(I18nEnum.SIMPLIFIED_CHINESE);
        return config;
    }

    public void before() {
        config = config();
        accountAPIService = new AccountAPIServiceImpl(config);
    }

    public void balance() {
        LOG.info("balance {}", accountAPIService.getBalance("USDT"));
    }
}
