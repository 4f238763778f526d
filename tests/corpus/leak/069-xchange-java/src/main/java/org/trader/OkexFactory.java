package org.trader;

import java.io.IOException;
import org.knowm.xchange.Exchange;
import org.knowm.xchange.ExchangeFactory;
import org.knowm.xchange.ExchangeSpecification;
import org.knowm.xchange.currency.Currency;
import org.knowm.xchange.okex.OkexExchange;

public final class OkexFactory {

  private OkexFactory() {}

  public static Exchange create() {
    ExchangeSpecification spec = new OkexExchange().getDefaultExchangeSpecification();
    spec.setApiKey("<api_key>");
    spec.setSecretKey("<secret_key>");
    spec.setExchangeSpecificParametersItem("passphrase", "<passphrase>");
    spec.setExchangeSpecificParametersItem(Exchange.USE_SANDBOX, false);
    return ExchangeFactory.INSTANCE.createExchange(spec);
  }

  public static void main(String[] args) throws IOException {
    Exchange exchange = create();
    System.out.println(
        exchange.getAccountService().getAccountInfo().getWallet().getBalance(Currency.USDT));
  }
}
