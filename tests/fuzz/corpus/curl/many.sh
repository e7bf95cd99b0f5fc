# two commands
me@host:~$ curl -sSL -u anna:stork-8-word -b 'a=b; c=d' -d @body.json https://h.example:8443/x/../y --resolve h.example:8443:127.0.0.1
printf '%s' '{"a": 1}' | curl --json @- http://h.example/z --next -G --data-urlencode 'q=a b' http://h.example/q
