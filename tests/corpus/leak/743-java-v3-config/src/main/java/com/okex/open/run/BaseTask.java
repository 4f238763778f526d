package com.okex.open.run;

import com.okex.open.api.config.APIConfiguration;
import com.okex.open.api.enums.I18nEnum;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class BaseTask {

    private static final Logger LOG = LoggerFactory.getLogger(BaseTask.class);

    protected APIConfiguration config;

    public APIConfiguration config() {
        APIConfiguration config = new APIConfiguration();
        config.setEndpoint("https://www.okex.com/");
        // secret key
        config.setApiKey("<api_key>");
        config.setSecretKey("<secret_key>");
        config.setPassphrase("<passphrase>");
        config.setPrint(true);
        config.setI18n(I18nEnum.SIMPLIFIED_CHINESE);
        return config;
    }

    protected void info(String msg, Object... args) {
        LOG.info(msg, args);
    }
}
