const client = platformClient.ApiClient.instance;

client.setGateway({
  host: 'abc123.execute-api.us-east-1.amazonaws.com',
  protocol: 'https',
  port: 443,
  path_params_login: 'loginpath',
  path_params_api: 'apipath',
  username: "john_doe1",
  password: "password"
});
