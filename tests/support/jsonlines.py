"""A line of each writer of JSON lines, with the values that it must have."""

EPOCH = 1772368496  # 2026-03-01 12:34:56 UTC

WRITERS: dict[str, tuple[str, str]] = {
    # A line; then its client, head, rest, status, size, seconds, host, agent and referrer.
    "caddy": (
        (
            '{"level":"info","ts":1772368496.7564995,"logger":"http.log.access.log0","msg":"handled'
            ' request","request":{"remote_ip":"10.0.0.1","remote_port":"44790","client_ip":'
            '"198.51.100.7","proto":"HTTP/2.0","method":"GET","host":"shop.test:8443","uri":"/a/b?c",'
            '"headers":{"User-Agent":["agent/1"],"Referer":["https://a.test/"]}},"bytes_read":0,'
            '"user_id":"","duration":0.000002701,"size":12,"status":200,"resp_headers":{}}'
        ),
        "198.51.100.7|GET /a|/b|200|12|2.701e-06|shop.test:8443|agent/1|https://a.test/",
    ),
    "caddy before 2.5": (
        (
            '{"level":"error","ts":"2026-03-01T12:34:56.000Z","logger":"http.log.access","msg":'
            '"handled request","request":{"remote_addr":"198.51.100.7:5123","proto":"HTTP/1.1",'
            '"method":"GET","host":"shop.test","uri":"/shop/a"},"common_log":"198.51.100.7 - - '
            '[01/Mar/2026:12:34:56 +0000] \\"GET /shop/a HTTP/1.1\\" 502 0","duration":0.5,'
            '"size":0,"status":502,"resp_headers":{}}'
        ),
        "198.51.100.7|GET /shop|/a|502|0|0.5|shop.test|-|-",
    ),
    "caddy, no answer": (
        (
            '{"ts":"2026/03/01 12:34:56.000","logger":"http.log.access","request":{"remote_ip":'
            '"198.51.100.7","method":"GET","uri":"/a","headers":{}},"duration":"12ms","status":0}'
        ),
        "198.51.100.7|GET /a||-|None|0.012|-|-|-",
    ),
    "caddy, duration in whole units": (
        (
            '{"ts":1772368496000000000,"request":{"method":"GET","uri":"/a"},"duration":5000000,'
            '"status":200}'
        ),
        "-|GET /a||200|None|None|-|-|-",
    ),
    "caddy, fields removed": (
        '{"ts":1772368496,"request":{"remote_ip":"198.51.100.7"},"status":308}',
        "198.51.100.7| (malformed)||308|None|None|-|-|-",
    ),
    "caddy console": (
        (
            "2026/03/01 12:34:56.789\t\x1b[34mINFO\x1b[0m\thttp.log.access.log0\thandled request\t"
            '{"request": {"remote_ip": "198.51.100.7", "method": "GET", "uri": "/a/b"}, '
            '"duration": 0.25, "size": 7, "status": 200}'
        ),
        "198.51.100.7|GET /a|/b|200|7|0.25|-|-|-",
    ),
    "traefik": (
        (
            '{"ClientAddr":"198.51.100.7:2817","ClientHost":"198.51.100.7","DownstreamContentSize":19,'
            '"DownstreamStatus":404,"Duration":10158,"OriginStatus":0,"RequestHost":"shop.test",'
            '"RequestMethod":"GET","RequestPath":"/api/x?y=/z","StartLocal":"2026-03-01T13:34:56+01:00",'
            '"StartUTC":"2026-03-01T12:34:56.980170592Z","level":"info","msg":"","request_User-Agent":'
            '"agent/1","time":"2026-03-01T12:35:01Z"}'
        ),
        "198.51.100.7|GET /api|/x|404|19|1.0158e-05|shop.test|agent/1|-",
    ),
    "traefik, only a local time": (
        (
            '{"ClientHost":"198.51.100.7, 10.0.0.2","DownstreamStatus":499,"RequestMethod":"GET",'
            '"RequestPath":"/","StartLocal":"2026-03-01T13:34:56+01:00","time":"2026-03-01T12:35:01Z"}'
        ),
        "198.51.100.7, 10.0.0.2|GET /||499|None|None|-|-|-",
    ),
    "nginx": (
        (
            '{"time_iso8601":"2026-03-01T13:34:56+01:00","remote_addr":"198.51.100.7","request":"GET '
            '/shop/a HTTP/1.1","status":"200","body_bytes_sent":"512","request_time":"0.004",'
            '"upstream_response_time":"0.001, 0.003","host":"shop.test","http_user_agent":""}'
        ),
        "198.51.100.7|GET /shop|/a|200|512|0.004|shop.test|-|-",
    ),
    "nginx, behind a proxy": (
        (
            '{"time_local":"01/Mar/2026:12:34:56 +0000","remote_addr":"10.0.0.1","http_x_forwarded_for":'
            '"198.51.100.7","request":"-","status":"400","bytes_sent":"-","http_referer":"x\\u00e9"}'
        ),
        "198.51.100.7| (malformed)||400|0|None|-|-|xé",
    ),
    "nginx, not behind the proxy": (
        (
            '{"msec":"1772368496.123","remote_addr":"198.51.100.7","http_x_forwarded_for":"-",'
            '"request_method":"POST","request_uri":"/a/b?c","status":444,"body_bytes_sent":0}'
        ),
        "198.51.100.7|POST /a|/b|444|0|None|-|-|-",
    ),
    "names in other spelling": (
        (
            '{"Time-Local":"01/Mar/2026:12:34:56 +0000","Remote_Addr":"198.51.100.7:80","REQUEST":'
            '"GET /a HTTP/1.1","Status":"200.0","Body-Bytes-Sent":"+5","request-time":"0.5"}'
        ),
        "198.51.100.7|GET /a||200|5|0.5|-|-|-",
    ),
    "envoy": (
        (
            '{"bytes_sent":18,"duration":5,"method":"GET","path":"/api/x","authority":"shop:8000",'
            '"response_code":0,"response_flags":"DC","start_time":"2026-03-01T12:34:56.310Z",'
            '"x_forwarded_for":null,"downstream_remote_address":"198.51.100.7:4660","user_agent":"a"}'
        ),
        "198.51.100.7|GET /api|/x|-|18|0.005|shop:8000|a|-",
    ),
    "envoy gateway": (
        (
            '{":authority":"shop.test","bytes_received":0,"bytes_sent":512,"downstream_remote_address":'
            '"[2001:db8::7]:43000","duration":15,"method":"GET","protocol":"HTTP/2","response_code":200,'
            '"response_flags":"-","start_time":"2026-03-01T12:34:56.000Z","x-envoy-origin-path":'
            '"/api/data","x-forwarded-for":"198.51.100.7, 10.42.0.1"}'
        ),
        "198.51.100.7, 10.42.0.1|GET /api|/data|200|512|0.015|shop.test|-|-",
    ),
    "envoy, numbers as texts, tcp": (
        (
            '{"start_time":"2026-03-01T12:34:56Z","method":null,"path":null,"response_code":"0",'
            '"duration":"226","bytes_sent":"7","downstream_remote_address":"[2001:db8::7]:43000"}'
        ),
        "2001:db8::7| (malformed)||-|7|0.226|-|-|-",
    ),
    "cloudflare": (
        (
            '{"ClientIP":"198.51.100.7","ClientRequestHost":"shop.test","ClientRequestMethod":"GET",'
            '"ClientRequestURI":"/a/b?c","EdgeEndTimestamp":1772368496250000000,"EdgeResponseBytes":90,'
            '"EdgeResponseStatus":200,"EdgeStartTimestamp":1772368496000000000}'
        ),
        "198.51.100.7|GET /a|/b|200|90|0.25|shop.test|-|-",
    ),
    "cloudflare, whole seconds": (
        (
            '{"ClientIP":"198.51.100.7","ClientRequestMethod":"GET","ClientRequestPath":"/a/b",'
            '"EdgeEndTimestamp":1772368497,"EdgeResponseStatus":0,"EdgeStartTimestamp":1772368496}'
        ),
        "198.51.100.7|GET /a|/b|-|None|None|-|-|-",
    ),
    "google": (
        (
            '{"httpRequest":{"remoteIp":"198.51.100.7","requestMethod":"GET","requestUrl":'
            '"https://shop.test/shop/a?b","responseSize":"1292","status":200,"latency":"0.012345s",'
            '"userAgent":"agent/1.0"},"insertId":"1","resource":{"type":"http_load_balancer"},'
            '"timestamp":"2026-03-01T12:34:56.708181828Z"}'
        ),
        "198.51.100.7|GET https://shop.test/shop|/a|200|1292|0.012345|shop.test|agent/1.0|-",
    ),
    "front door": (
        (
            '{"time":"2026-03-01T12:34:56.1234567Z","category":"FrontDoorAccessLog","properties":'
            '{"clientIp":"198.51.100.7","httpMethod":"GET","requestUri":"https://shop.test:443/shop/a",'
            '"httpStatusCode":"200","responseBytes":"512","timeTaken":"0.065","hostName":"shop.test",'
            '"isReceivedFromClient":true}}'
        ),
        "198.51.100.7|GET https://shop.test:443/shop|/a|200|512|0.065|shop.test|-|-",
    ),
    "application gateway 1": (
        (
            '{"time":"2026-03-01T12:34:56Z","category":"ApplicationGatewayAccessLog","properties":'
            '{"clientIP":"198.51.100.7","clientPort":-,"httpMethod":"GET","requestUri":"/a/b",'
            '"httpStatus":200,"sentBytes":7,"timeTaken":12}}'
        ),
        "198.51.100.7|GET /a|/b|200|7|0.012|-|-|-",
    ),
    "application gateway 2": (
        (
            '{"timeStamp":"2026-03-01T12:34:56+00:00","category":"ApplicationGatewayAccessLog",'
            '"properties":{"clientIP":"198.51.100.7","httpMethod":"GET","requestUri":"/rewritten",'
            '"originalRequestUriWithArgs":"/a/b?c=d",'
            '"httpStatus":200,"sentBytes":7,"timeTaken":1,"host":"shop.test"}}'
        ),
        "198.51.100.7|GET /a|/b|200|7|1.0|shop.test|-|-",
    ),
    "api gateway": (
        (
            '{"requestTime":"01/Mar/2026:12:34:56 +0000","requestTimeEpoch":"1772368496000",'
            '"ip":"198.51.100.7","httpMethod":"GET","resourcePath":"/pets/{id}","status":"200",'
            '"responseLength":"33","responseLatency":"250"}'
        ),
        "198.51.100.7|GET /pets|/{id}|200|33|0.25|-|-|-",
    ),
    "fastly": (
        (
            '{"timestamp":"2026-03-01T12:34:56+0000","client_ip":"198.51.100.7","host":"shop.test",'
            '"url":"/shop/a","request_method":"GET","response_status":200,"response_body_size":512}'
        ),
        "198.51.100.7|GET /shop|/a|200|512|None|shop.test|-|-",
    ),
    "tomcat": (
        (
            '{"host":"198.51.100.7","logicalUserName":"-","user":"-","time":"[01/Mar/2026:12:34:56 '
            '+0000]","request":"GET /a/b HTTP/1.1","statusCode":"200","size":"-","elapsedTime":"9",'
            '"requestHeaders":{"User-Agent":"agent/1"}}'
        ),
        "198.51.100.7|GET /a|/b|200|0|None|-|agent/1|-",
    ),
    "zeek": (
        (
            '{"ts":1772368496.5,"id.orig_h":"198.51.100.7","method":"GET","host":"shop.test",'
            '"uri":"/a/b","status_code":200,"response_body_len":7}'
        ),
        "198.51.100.7|GET /a|/b|200|7|None|shop.test|-|-",
    ),
    "cloudfront 2": (
        (
            '{"date":"2026-03-01","time":"12:34:56","c-ip":"198.51.100.7","cs-method":"GET",'
            '"cs-uri-stem":"/a/b","sc-status":"000","sc-bytes":"90","time-taken":"0.021",'
            '"x-host-header":"shop.test","cs(User-Agent)":"a%20b"}'
        ),
        "198.51.100.7|GET /a|/b|-|90|0.021|shop.test|a%20b|-",
    ),
}
