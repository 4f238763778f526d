import { RestClient } from "okx-api";
export const BOB_KEY = "<api_key:2>";
export const ANN_KEY = "<api_key:1>";
export const ANN_SECRET = "<secret_key:1>";
export const BOB_SECRET = "<secret_key:2>";
export const ANN_PASS = "<passphrase:1>";
export const BOB_PASS = "<passphrase:2>";
