curl 'https://api.mypurecloud.com/api/v2/users?pageSize=5&a=b%20c' \
  -X POST -H 'Content-Type: application/json' -H "X-One: $ONE" \
  -H 'Authorization: Bearer egret-2-token' \
  --data-raw $'{"name": "it\'s",\n "b": "\u00e4"}' --compressed -k
