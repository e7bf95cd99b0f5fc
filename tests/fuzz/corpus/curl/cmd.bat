curl ^"https://abc123.execute-api.us-east-1.amazonaws.com/test/apipath/api/v2/users^" ^
  -H ^"content-type: application/json^" ^
  --data-raw ^"^{^\^"a^\^":^\^"b ^%PATH^% c^\^"^}^" %HEADERS%
