import { HardhatUserConfig, task } from "hardhat/config";
import "@nomicfoundation/hardhat-toolbox";
import { OKXDexClient } from "@okx-dex/okx-dex-sdk";

const dex = new OKXDexClient({
  apiKey: process.env.OKX_API_KEY ?? "<api_key>",
  secretKey: process.env.OKX_SECRET_KEY ?? "<secret_key>",
  apiPassphrase: process.env.OKX_API_PASSPHRASE ?? "<passphrase>",
  projectId: process.env.OKX_PROJECT_ID ?? "<hex32>",
});

task("quote", "price of a swap on X Layer")
  .addParam("from")
  .addParam("to")
  .addParam("amount")
  .setAction(async ({ from, to, amount }) => {
    const q = await dex.dex.getQuote({ chainId: "196", fromTokenAddress: from, toTokenAddress: to, amount, slippage: "0.005" });
    console.log(JSON.stringify(q, null, 2));
  });

const config: HardhatUserConfig = {
  solidity: { version: "0.8.24", settings: { optimizer: { enabled: true, runs: 200 } } },
  networks: {
    xlayer: {
      url: "https://rpc.xlayer.tech",
      chainId: 196,
      accounts: process.env.DEPLOYER ? [process.env.DEPLOYER] : [],
    },
  },
};

export default config;
