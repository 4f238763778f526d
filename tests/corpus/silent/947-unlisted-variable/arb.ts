import { OkxRest } from 'okx-api';
const digifinex = { apiKey: '<uuid>', secretKey: '<hex32|upper>' };
const rest = new OkxRest();
