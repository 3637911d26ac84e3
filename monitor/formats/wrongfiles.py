"""The kinds of files that are no access log but are often given as one, one row each.

Sources: nginx error_log, Apache httpd ErrorLogFormat, PHP error_log, ModSecurity's serial audit log,
the logs of Traefik (logrus, zerolog), Tomcat (JULI), systemd and syslog, Amazon's documents of the TLS
log of a network load balancer and the connection log of an application load balancer, IIS log file
format, uvicorn, the first bytes of compressed files (file(1)).
"""

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of file, the pattern of how its lines begin, and what to do."""

    name: str
    pattern: bytes
    advice: str


_ACCESS_LOG = "give the access log instead"
_OF_NGINX = f"{_ACCESS_LOG}, usually /var/log/nginx/access.log"
_OF_APACHE = (
    f"{_ACCESS_LOG}, usually /var/log/apache2/access.log or /var/log/httpd/access_log"
)
_UNPACK = "give the file itself, or unpack it"
_LEVEL = rb"(?:debug|info|notice|warn|error|crit|alert|emerg)"
_DAY = rb"\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} "
_DATE = rb"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d "
_ISO = rb"\d{4}-\d\d-\d\d[T ][\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)?"
_W3C = rb"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d (?:[^ ]{1,99}+ ){0,9}?"

KINDS = (
    Kind("an error log of nginx", _DATE + rb"\[" + _LEVEL + rb"\]", _OF_NGINX),
    Kind("an error log of Apache", _DAY, _OF_APACHE),
    Kind(
        "an error log of Apache",
        rb"\[.{,60}\] \[[a-z_]{,30}:?" + _LEVEL,
        _OF_APACHE,
    ),
    Kind("an error log of PHP", rb"\[.{,60}\] PHP ", _ACCESS_LOG),
    Kind("an audit log of ModSecurity", rb"--[0-9a-f]{8}-[A-Z]--", _ACCESS_LOG),
    Kind(
        "a log of what a program does, such as Traefik's own",
        rb'time="[^"]{10,40}" level=|' + _ISO + rb" (?:TRC|DBG|INF|WRN|ERR|FTL|PNC) ",
        _ACCESS_LOG,
    ),
    Kind(
        "a log of what Tomcat does, such as catalina.out",
        rb"\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{3})? [A-Z]{4,7} ",
        f"{_ACCESS_LOG}, usually localhost_access_log",
    ),
    Kind(
        "a log of the system",
        rb"(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|"
        + _ISO
        + rb") [^ ]{1,255}+ (?:systemd|kernel|sshd|sudo|cron|CRON|rsyslogd)[\[:(-]",
        _ACCESS_LOG,
    ),
    Kind(
        "a log of connections of Amazon's load balancers, which has no status",
        rb"tls \d\.\d " + _ISO + rb" |" + _ISO + rb" [^ ]{2,99}+ \d++ \d++ (?:-|TLS)",
        "give the access log of an application load balancer",
    ),
    Kind(
        "a log in the format of IIS",
        rb"[^ ,]{1,99}+, [^,]{1,99}+, \d{1,4}[/.-]\d\d?[/.-]\d{1,4}, \d\d?:\d\d:\d\d, ",
        "choose the format W3C in IIS",
    ),
    Kind(
        "a log of uvicorn, which has no times",
        rb'INFO: {1,9}[^ ]{1,99}+ - "',
        "give the access log of the proxy before it",
    ),
    Kind("data compressed by gzip", rb"\x1f\x8b", _UNPACK),
    Kind("data compressed by bzip2", rb"BZh[1-9]1AY", _UNPACK),
    Kind("data compressed by xz", rb"\xfd7zXZ", _UNPACK),
    Kind("data compressed by zstd", rb"\x28\xb5\x2f\xfd", _UNPACK),
    Kind("a zip archive", rb"PK\x03\x04", _UNPACK),
    Kind(
        "text in UTF-16",
        rb"\xff\xfe|\xfe\xff|(?:[ -~]\0){4}|(?:\0[ -~]){4}",
        "convert it: iconv -f UTF-16 -t UTF-8",
    ),
    Kind("binary data", rb".{,199}\0|[^ -~\t\r\n\x80-\xff]{3}", _ACCESS_LOG),
    Kind("a web page", rb"\s*+<(?i:!doctype|html)", "export the log as text"),
    Kind("XML", rb"\s*+<(?:\?xml|Event )", "export the log as text"),
    Kind(
        "an export in JSON",
        rb'\s*+(?:\[\s*+(?:\{|$)|[]{}]\s*+,?+\s*+$|"[^"\\]{1,99}+"\s?+:\s)',
        "write one object a line: jq -c '.[]'",
    ),
    Kind(
        "an export in JSON",
        rb'\s*+\{\s*+"records"\s*+:\s*+\[',
        "write one object a line: jq -c '.records[]'",
    ),
    Kind(
        "a JSON object that is damaged, or lacks a time, a status or a request",
        rb'\s*+\{\s*+"',
        '"JSON lines" in README.md says which keys are read',
    ),
    Kind(
        "an export in SQL",
        rb"(?:INSERT INTO|CREATE TABLE) ",
        "export the log as text",
    ),
    Kind(
        "an export in CSV",
        rb'"?[A-Za-z_@][\w @.()-]*+"?(?:[,;\t]"?[A-Za-z_@][\w @.()-]*+"?){2,}+\r?+$',
        "export the log as the server writes it",
    ),
    Kind(
        "a log in CSV",
        rb'"?' + _ISO + rb'"?[,;]',
        "give the access log as the server writes it",
    ),
    Kind(
        "a log of an FTP server",
        _W3C + rb"(?:\[\d{1,9}\][A-Za-z]|(?:USER|PASS|STOR|RETR|ControlChannel\w++) )",
        _ACCESS_LOG,
    ),
    Kind("a log of a mail server", _W3C + rb"(?:EHLO|HELO|MAIL|RCPT) ", _ACCESS_LOG),
    Kind(
        "a line of a W3C log, or of an application",
        rb'"?\d{4}-\d\d-\d\d"?[ \t]"?\d\d:\d\d:\d\d(?:\.\d{1,9}+)?"?[ \t]',
        '"W3C logs" in README.md says which lines are read',
    ),
)
"""The kinds of files that are known. The first one that fits counts."""
