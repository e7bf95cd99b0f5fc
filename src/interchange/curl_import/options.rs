//! curl's options: which take a value, and what becomes of each. The values themselves are put together by `request`.

/// What an option is to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Method,
    Header,
    Data,
    DataRaw,
    DataBinary,
    DataEncoded,
    Json,
    Form,
    FormString,
    Upload,
    Head,
    Get,
    User,
    Bearer,
    Cookie,
    UserAgent,
    Referer,
    Range,
    Url,
    UrlQuery,
    Proxy,
    ProxyUser,
    NoProxy,
    CaFile,
    Certificate,
    Resolve,
    Version(Version),
    MaxTime,
    ConnectTimeout,
    ConfigFile,
    /// Brackets and braces of the URL are no pattern.
    Pattern,
    Next,
    /// Nothing needs to be done: it is how Gatescope sends anyway.
    Same,
    Ignored(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
    Agreed,
}

/// An option by its long name or its letter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) long: &'static str,
    pub(super) short: Option<char>,
    pub(super) takes_value: bool,
    pub(super) meaning: Meaning,
}

const fn with(long: &'static str, short: Option<char>, meaning: Meaning) -> Known {
    Known {
        long,
        short,
        takes_value: true,
        meaning,
    }
}

const fn flag(long: &'static str, short: Option<char>, meaning: Meaning) -> Known {
    Known {
        long,
        short,
        takes_value: false,
        meaning,
    }
}

const OUTPUT: Meaning = Meaning::Ignored("it is about what curl prints and keeps");
const CHECKED: Meaning =
    Meaning::Ignored("certificates are always checked; trust this one in the environment instead");
const LOGIN: Meaning = Meaning::Ignored("Gatescope has no such way to log in");
const RETRIES: Meaning = Meaning::Ignored("Gatescope sends each request once");
const WIRE: Meaning = Meaning::Ignored("Gatescope has no such setting of the connection");

pub(super) const KNOWN: &[Known] = &[
    with("request", Some('X'), Meaning::Method),
    with("header", Some('H'), Meaning::Header),
    with("data", Some('d'), Meaning::Data),
    with("data-ascii", None, Meaning::Data),
    with("data-raw", None, Meaning::DataRaw),
    with("data-binary", None, Meaning::DataBinary),
    with("data-urlencode", None, Meaning::DataEncoded),
    with("json", None, Meaning::Json),
    with("form", Some('F'), Meaning::Form),
    with("form-string", None, Meaning::FormString),
    with("upload-file", Some('T'), Meaning::Upload),
    flag("head", Some('I'), Meaning::Head),
    flag("get", Some('G'), Meaning::Get),
    with("user", Some('u'), Meaning::User),
    with("oauth2-bearer", None, Meaning::Bearer),
    with("cookie", Some('b'), Meaning::Cookie),
    with("user-agent", Some('A'), Meaning::UserAgent),
    with("referer", Some('e'), Meaning::Referer),
    with("range", Some('r'), Meaning::Range),
    with("url", None, Meaning::Url),
    with("url-query", None, Meaning::UrlQuery),
    with("proxy", Some('x'), Meaning::Proxy),
    with("proxy-user", Some('U'), Meaning::ProxyUser),
    with("noproxy", None, Meaning::NoProxy),
    with("cacert", None, Meaning::CaFile),
    with("cert", Some('E'), Meaning::Certificate),
    with("key", None, Meaning::Certificate),
    with("resolve", None, Meaning::Resolve),
    flag("http1.1", None, Meaning::Version(Version::One)),
    flag(
        "http1.0",
        Some('0'),
        Meaning::Ignored("Gatescope speaks HTTP/1.1 and HTTP/2"),
    ),
    flag("http2", None, Meaning::Version(Version::Agreed)),
    flag(
        "http2-prior-knowledge",
        None,
        Meaning::Version(Version::Two),
    ),
    flag(
        "http3",
        None,
        Meaning::Ignored("Gatescope speaks HTTP/1.1 and HTTP/2"),
    ),
    flag(
        "http3-only",
        None,
        Meaning::Ignored("Gatescope speaks HTTP/1.1 and HTTP/2"),
    ),
    with("max-time", Some('m'), Meaning::MaxTime),
    with("connect-timeout", None, Meaning::ConnectTimeout),
    with("config", Some('K'), Meaning::ConfigFile),
    flag("next", Some(':'), Meaning::Next),
    flag("compressed", None, Meaning::Same),
    flag("location", Some('L'), Meaning::Same),
    flag("globoff", Some('g'), Meaning::Pattern),
    flag("path-as-is", None, Meaning::Same),
    flag("basic", None, Meaning::Same),
    flag("disable", Some('q'), Meaning::Same),
    flag("insecure", Some('k'), CHECKED),
    flag("proxy-insecure", None, CHECKED),
    flag("digest", None, LOGIN),
    flag("ntlm", None, LOGIN),
    flag("negotiate", None, LOGIN),
    flag("anyauth", None, LOGIN),
    with(
        "aws-sigv4",
        None,
        Meaning::Ignored("requests are not signed for AWS"),
    ),
    with("delegation", None, LOGIN),
    with("cert-type", None, LOGIN),
    with("key-type", None, LOGIN),
    with("pass", None, LOGIN),
    flag(
        "netrc",
        Some('n'),
        Meaning::Ignored("credentials are read from no other file"),
    ),
    flag(
        "netrc-optional",
        None,
        Meaning::Ignored("credentials are read from no other file"),
    ),
    with(
        "netrc-file",
        None,
        Meaning::Ignored("credentials are read from no other file"),
    ),
    flag(
        "location-trusted",
        None,
        Meaning::Ignored("credentials go to no other origin"),
    ),
    with(
        "max-redirs",
        None,
        Meaning::Ignored("the limit of redirects is the environment's"),
    ),
    flag("post301", None, WIRE),
    flag("post302", None, WIRE),
    flag("post303", None, WIRE),
    with("retry", None, RETRIES),
    with("retry-delay", None, RETRIES),
    with("retry-max-time", None, RETRIES),
    flag("retry-all-errors", None, RETRIES),
    flag("retry-connrefused", None, RETRIES),
    flag("silent", Some('s'), OUTPUT),
    flag("show-error", Some('S'), OUTPUT),
    flag("verbose", Some('v'), OUTPUT),
    flag("include", Some('i'), OUTPUT),
    flag("show-headers", None, OUTPUT),
    flag("fail", Some('f'), OUTPUT),
    flag("fail-with-body", None, OUTPUT),
    flag("fail-early", None, OUTPUT),
    flag("progress-bar", Some('#'), OUTPUT),
    flag("no-progress-meter", None, OUTPUT),
    flag("no-buffer", Some('N'), OUTPUT),
    flag("remote-name", Some('O'), OUTPUT),
    flag("remote-header-name", Some('J'), OUTPUT),
    flag("remote-name-all", None, OUTPUT),
    flag("remote-time", Some('R'), OUTPUT),
    flag("create-dirs", None, OUTPUT),
    flag("parallel", Some('Z'), OUTPUT),
    flag("raw", None, OUTPUT),
    flag("styled-output", None, OUTPUT),
    flag("trace-time", None, OUTPUT),
    with("output", Some('o'), OUTPUT),
    with("output-dir", None, OUTPUT),
    with("write-out", Some('w'), OUTPUT),
    with("dump-header", Some('D'), OUTPUT),
    with("cookie-jar", Some('c'), OUTPUT),
    with("trace", None, OUTPUT),
    with("trace-ascii", None, OUTPUT),
    with("stderr", None, OUTPUT),
    with("etag-save", None, OUTPUT),
    with("etag-compare", None, OUTPUT),
    with("hsts", None, OUTPUT),
    with("alt-svc", None, OUTPUT),
    with("parallel-max", None, OUTPUT),
    flag("junk-session-cookies", Some('j'), OUTPUT),
    flag("append", Some('a'), OUTPUT),
    flag("list-only", Some('l'), OUTPUT),
    flag("use-ascii", Some('B'), OUTPUT),
    flag("manual", Some('M'), OUTPUT),
    flag("version", Some('V'), OUTPUT),
    flag("ipv4", Some('4'), WIRE),
    flag("ipv6", Some('6'), WIRE),
    flag("tlsv1", Some('1'), WIRE),
    flag("tlsv1.0", None, WIRE),
    flag("tlsv1.1", None, WIRE),
    flag("tlsv1.2", None, WIRE),
    flag("tlsv1.3", None, WIRE),
    flag("sslv2", Some('2'), WIRE),
    flag("sslv3", Some('3'), WIRE),
    flag("ssl-no-revoke", None, WIRE),
    flag("ssl-reqd", None, WIRE),
    flag("tcp-nodelay", None, WIRE),
    flag("tcp-fastopen", None, WIRE),
    flag("keepalive", None, WIRE),
    flag("proxytunnel", Some('p'), WIRE),
    flag("tr-encoding", None, WIRE),
    flag("haproxy-protocol", None, WIRE),
    with("keepalive-time", None, WIRE),
    with("connect-to", None, WIRE),
    with("interface", None, WIRE),
    with("local-port", None, WIRE),
    with("dns-servers", None, WIRE),
    with("doh-url", None, WIRE),
    with("ciphers", None, WIRE),
    with("tls13-ciphers", None, WIRE),
    with("tls-max", None, WIRE),
    with("curves", None, WIRE),
    with("capath", None, WIRE),
    with("crlfile", None, WIRE),
    with("pinnedpubkey", None, WIRE),
    with("proxy-header", None, WIRE),
    with("proxy-cert", None, WIRE),
    with("proxy-key", None, WIRE),
    with("proxy-cacert", None, WIRE),
    with("preproxy", None, WIRE),
    with("socks4", None, WIRE),
    with("socks4a", None, WIRE),
    with("socks5", None, WIRE),
    with("socks5-hostname", None, WIRE),
    with("unix-socket", None, WIRE),
    with("abstract-unix-socket", None, WIRE),
    with("limit-rate", None, WIRE),
    with("speed-limit", Some('Y'), WIRE),
    with("speed-time", Some('y'), WIRE),
    with("max-filesize", None, WIRE),
    with("expect100-timeout", None, WIRE),
    with("happy-eyeballs-timeout-ms", None, WIRE),
    with("proto", None, WIRE),
    with("proto-default", None, WIRE),
    with("proto-redir", None, WIRE),
    with("request-target", None, WIRE),
    with("continue-at", Some('C'), WIRE),
    with("time-cond", Some('z'), WIRE),
    with("quote", Some('Q'), WIRE),
    with("ftp-port", Some('P'), WIRE),
    with("telnet-option", Some('t'), WIRE),
    with("rate", None, WIRE),
    with(
        "variable",
        None,
        Meaning::Ignored("curl's own variables are not read"),
    ),
];

/// By long name, whole or as far as it is unmistakable. `--no-…` of a flag turns it off.
pub(super) fn long(name: &str) -> Option<&'static Known> {
    let exact = KNOWN.iter().find(|known| known.long == name);
    exact.or_else(|| {
        let mut similar = KNOWN.iter().filter(|known| known.long.starts_with(name));
        let first = similar.next()?;
        (name.len() > 2 && similar.next().is_none()).then_some(first)
    })
}

pub(super) fn short(letter: char) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.short == Some(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_once() {
        for (at, known) in KNOWN.iter().enumerate() {
            for other in &KNOWN[at + 1..] {
                assert_ne!(known.long, other.long);
                if let (Some(one), Some(two)) = (known.short, other.short) {
                    assert_ne!(one, two, "{} and {}", known.long, other.long);
                }
            }
        }
    }
}
