provider "genesyscloud" {
  oauthclient_id = "client-id"
  oauthclient_secret = "client-secret"
  aws_region = "us-east-1"

  gateway {
    host     = "abc123.execute-api.us-east-1.amazonaws.com"
    port     = "443"
    protocol = "https"

    auth {
      username = "john_doe1"
      password = "password"
    }

    path_params {
      path_name  = "login"
      path_value = "/loginpath"
    }

    path_params {
      path_name  = "api"
      path_value = "/apipath"
    }
  }
}
