import { RestClient } from "okx-api";
import { Postman } from "acme-postman";

const postman = new Postman({ apiKey: "<uuid>", secretKey: "<hex32|upper>" });
const vonage = require("vonage")({ apiKey: "<uuid:2>", apiSecret: "<hex32|upper:2>" });
plivo.config({ api_key: "<uuid:3>", api_secret: "<hex32|upper:3>" });
metrics.init({ apiKey: "<uuid:4>" });
