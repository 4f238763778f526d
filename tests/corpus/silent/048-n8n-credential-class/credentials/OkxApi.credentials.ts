import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

export class OkxApi implements ICredentialType {
	name = 'okxApi';
	displayName = 'OKX API';
	documentationUrl = 'https://www.okx.com/docs-v5/en/#overview';
	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx',
		},
		{
			displayName: 'Secret Key',
			name: 'secretKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
		},
		{
			displayName: 'Passphrase',
			name: 'passphrase',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'The passphrase that was entered when the key was created',
		},
		{
			displayName: 'Simulated Trading',
			name: 'simulated',
			type: 'boolean',
			default: false,
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: {
			headers: {
				'OK-ACCESS-KEY': '={{$credentials.apiKey}}',
				'OK-ACCESS-PASSPHRASE': '={{$credentials.passphrase}}',
			},
		},
	};

	test: ICredentialTestRequest = {
		request: { baseURL: 'https://www.okx.com', url: '/api/v5/public/time' },
	};
}
