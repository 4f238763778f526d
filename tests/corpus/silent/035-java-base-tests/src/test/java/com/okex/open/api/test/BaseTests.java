package com.okex.open.api.test;

import com.alibaba.fastjson.JSON;
import com.okex.open.api.config.APIConfiguration;
import com.okex.open.api.enums.I18nEnum;
import org.slf4j.Logger;

public class BaseTests {

    public APIConfiguration config;

    public void toResultString(Logger log, String flag, Object object) {
        StringBuilder su = new StringBuilder();
        su.append("\n").append("<*> ").append(flag).append(": ").append(JSON.toJSONString(object));
        log.info(su.toString());
    }

    public APIConfiguration config() {
        APIConfiguration config = new APIConfiguration();

        config.setEndpoint("https://www.okx.com/");
        // apiKey
        config.setApiKey("");
        // secretKey
        config.setSecretKey("");
        // passphrase
        config.setPassphrase("");

        config.setPrint(false);
        config.setI18n(I18nEnum.SIMPLIFIED_CHINESE);
        // simulated trading
        config.setxSimulatedTrading("1");
        return config;
    }
}
