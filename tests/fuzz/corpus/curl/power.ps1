curl.exe `
  -H 'Accept: */*' `
  -F 'a=@f.bin;type=x/y' -F "b=${env:VALUE} c" `
  'https://api.mypurecloud.de/api/v2/uploads'
