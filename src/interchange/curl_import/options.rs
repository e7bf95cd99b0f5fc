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
    /// A way to log in that takes the user and that Gatescope has not.
    Login(&'static str),
    Cookie,
    UserAgent,
    Referer,
    Range,
    Url,
    UrlQuery,
    /// With the protocol of an address that names none.
    Proxy(&'static str),
    ProxyUser,
    NoProxy,
    CaFile,
    Certificate,
    Resolve,
    Version(Version),
    MaxRedirects,
    MaxTime,
    ConnectTimeout,
    ConfigFile,
    Next,
    GlobOff,
    PathAsIs,
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
const LOGIN: Meaning = Meaning::Login("Gatescope has no such way to log in");
const LOGIN_SETTING: Meaning = Meaning::Ignored("Gatescope has no such way to log in");
const CLIENT_CERTIFICATE: Meaning = Meaning::Ignored("Gatescope sends no client certificates");
const NETRC: Meaning = Meaning::Ignored("credentials are read from no other file");
const RETRIES: Meaning = Meaning::Ignored("Gatescope sends each request once");
const WIRE: Meaning = Meaning::Ignored("Gatescope has no such setting of the connection");
const PROXY_LOGIN: Meaning = Meaning::Ignored("Gatescope logs in to a proxy with Basic only");
const PROXY_SETTING: Meaning = Meaning::Ignored("Gatescope has no such setting of a proxy");
const VERSIONS: Meaning = Meaning::Ignored("Gatescope speaks HTTP/1.1 and HTTP/2");
const REDIRECTED: Meaning = Meaning::Ignored("a POST becomes a GET after 301, 302 and 303");
const PROTOCOLS: Meaning = Meaning::Ignored("it belongs to a protocol other than HTTP");
const LISTS: Meaning = Meaning::Ignored("Gatescope keeps no such list between requests");
const PARTS: Meaning =
    Meaning::Ignored("no transfer is resumed: a header `Range` asks for a part of an answer");

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
    with("proxy", Some('x'), Meaning::Proxy("http")),
    with("proxy1.0", None, Meaning::Proxy("http")),
    with("socks4", None, Meaning::Proxy("socks4")),
    with("socks4a", None, Meaning::Proxy("socks4a")),
    with("socks5", None, Meaning::Proxy("socks5")),
    with("socks5-hostname", None, Meaning::Proxy("socks5h")),
    with("proxy-user", Some('U'), Meaning::ProxyUser),
    with("noproxy", None, Meaning::NoProxy),
    with("cacert", None, Meaning::CaFile),
    with("cert", Some('E'), Meaning::Certificate),
    with("key", None, Meaning::Certificate),
    with("resolve", None, Meaning::Resolve),
    flag("http1.1", None, Meaning::Version(Version::One)),
    flag("http2", None, Meaning::Version(Version::Agreed)),
    flag(
        "http2-prior-knowledge",
        None,
        Meaning::Version(Version::Two),
    ),
    with("max-redirs", None, Meaning::MaxRedirects),
    with("max-time", Some('m'), Meaning::MaxTime),
    with("connect-timeout", None, Meaning::ConnectTimeout),
    with("config", Some('K'), Meaning::ConfigFile),
    flag("next", Some(':'), Meaning::Next),
    flag("globoff", Some('g'), Meaning::GlobOff),
    flag("path-as-is", None, Meaning::PathAsIs),
    flag("compressed", None, Meaning::Same),
    flag("location", Some('L'), Meaning::Same),
    flag("basic", None, Meaning::Same),
    flag("proxy-basic", None, Meaning::Same),
    flag("disable", Some('q'), Meaning::Same),
    flag("insecure", Some('k'), CHECKED),
    flag("proxy-insecure", None, CHECKED),
    flag("doh-insecure", None, CHECKED),
    flag("digest", None, LOGIN),
    flag("ntlm", None, LOGIN),
    flag("ntlm-wb", None, LOGIN),
    flag("negotiate", None, LOGIN),
    with(
        "aws-sigv4",
        None,
        Meaning::Login("requests are not signed for AWS"),
    ),
    flag(
        "anyauth",
        None,
        Meaning::Ignored("Gatescope logs in with Basic here"),
    ),
    with("delegation", None, LOGIN_SETTING),
    with("krb", None, LOGIN_SETTING),
    with("login-options", None, LOGIN_SETTING),
    with("sasl-authzid", None, LOGIN_SETTING),
    with("service-name", None, LOGIN_SETTING),
    with("tlsauthtype", None, LOGIN_SETTING),
    with("tlsuser", None, LOGIN_SETTING),
    with("tlspassword", None, LOGIN_SETTING),
    flag("sasl-ir", None, LOGIN_SETTING),
    with("cert-type", None, CLIENT_CERTIFICATE),
    with("key-type", None, CLIENT_CERTIFICATE),
    with("pass", None, CLIENT_CERTIFICATE),
    flag("ssl-auto-client-cert", None, CLIENT_CERTIFICATE),
    flag("netrc", Some('n'), NETRC),
    flag("netrc-optional", None, NETRC),
    with("netrc-file", None, NETRC),
    flag(
        "location-trusted",
        None,
        Meaning::Ignored("credentials go to no other origin"),
    ),
    flag("follow", None, Meaning::Same),
    flag("post301", None, REDIRECTED),
    flag("post302", None, REDIRECTED),
    flag("post303", None, REDIRECTED),
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
    flag("no-clobber", None, OUTPUT),
    flag("remote-name", Some('O'), OUTPUT),
    flag("remote-header-name", Some('J'), OUTPUT),
    flag("remote-name-all", None, OUTPUT),
    flag("remote-time", Some('R'), OUTPUT),
    flag("remove-on-error", None, OUTPUT),
    flag("skip-existing", None, OUTPUT),
    flag("out-null", None, OUTPUT),
    flag("create-dirs", None, OUTPUT),
    flag("parallel", Some('Z'), OUTPUT),
    flag("parallel-immediate", None, OUTPUT),
    flag("raw", None, OUTPUT),
    flag("styled-output", None, OUTPUT),
    flag("suppress-connect-headers", None, OUTPUT),
    flag("trace-time", None, OUTPUT),
    flag("trace-ids", None, OUTPUT),
    flag("xattr", None, OUTPUT),
    flag("metalink", None, OUTPUT),
    flag("dump-ca-embed", None, OUTPUT),
    flag("help", Some('h'), OUTPUT),
    flag("manual", Some('M'), OUTPUT),
    flag("version", Some('V'), OUTPUT),
    with("output", Some('o'), OUTPUT),
    with("output-dir", None, OUTPUT),
    with("create-file-mode", None, OUTPUT),
    with("write-out", Some('w'), OUTPUT),
    with("dump-header", Some('D'), OUTPUT),
    with("cookie-jar", Some('c'), OUTPUT),
    with("trace", None, OUTPUT),
    with("trace-ascii", None, OUTPUT),
    with("trace-config", None, OUTPUT),
    with("stderr", None, OUTPUT),
    with("libcurl", None, OUTPUT),
    with("etag-save", None, OUTPUT),
    with("parallel-max", None, OUTPUT),
    with("parallel-max-host", None, OUTPUT),
    with(
        "etag-compare",
        None,
        Meaning::Ignored("no file is read: write its mark as the header `If-None-Match`"),
    ),
    with(
        "time-cond",
        Some('z'),
        Meaning::Ignored("write the date as the header `If-Modified-Since`"),
    ),
    with(
        "request-target",
        None,
        Meaning::Ignored("the path of the request says it: write the target there"),
    ),
    with("hsts", None, LISTS),
    with("alt-svc", None, LISTS),
    flag(
        "junk-session-cookies",
        Some('j'),
        Meaning::Ignored("cookies are read from no file"),
    ),
    with("continue-at", Some('C'), PARTS),
    flag("append", Some('a'), PARTS),
    flag("crlf", None, Meaning::Ignored("a body is sent as it is")),
    flag(
        "use-ascii",
        Some('B'),
        Meaning::Ignored("a body is sent as it is"),
    ),
    flag(
        "form-escape",
        None,
        Meaning::Ignored("a quote in the name of a form field is always written as `%22`"),
    ),
    flag(
        "disallow-username-in-url",
        None,
        Meaning::Ignored("it only makes curl refuse a URL"),
    ),
    flag("http1.0", Some('0'), VERSIONS),
    flag("http0.9", None, VERSIONS),
    flag("http3", None, VERSIONS),
    flag("http3-only", None, VERSIONS),
    flag("ipv4", Some('4'), WIRE),
    flag("ipv6", Some('6'), WIRE),
    flag("tlsv1", Some('1'), WIRE),
    flag("tlsv1.0", None, WIRE),
    flag("tlsv1.1", None, WIRE),
    flag("tlsv1.2", None, WIRE),
    flag("tlsv1.3", None, WIRE),
    flag("tls-earlydata", None, WIRE),
    flag("sslv2", Some('2'), WIRE),
    flag("sslv3", Some('3'), WIRE),
    flag("ssl", None, WIRE),
    flag("ssl-reqd", None, WIRE),
    flag("ssl-no-revoke", None, WIRE),
    flag("ssl-revoke-best-effort", None, WIRE),
    flag("ssl-allow-beast", None, WIRE),
    flag("ca-native", None, WIRE),
    flag("cert-status", None, WIRE),
    flag("doh-cert-status", None, WIRE),
    flag("false-start", None, WIRE),
    flag("tcp-nodelay", None, WIRE),
    flag("tcp-fastopen", None, WIRE),
    flag("mptcp", None, WIRE),
    flag("no-alpn", None, WIRE),
    flag("no-npn", None, WIRE),
    flag("no-keepalive", None, WIRE),
    flag("no-sessionid", None, WIRE),
    flag("tr-encoding", None, WIRE),
    flag("ignore-content-length", None, WIRE),
    flag("haproxy-protocol", None, WIRE),
    with("keepalive-time", None, WIRE),
    with("keepalive-cnt", None, WIRE),
    with("connect-to", None, WIRE),
    with("interface", None, WIRE),
    with("local-port", None, WIRE),
    with("dns-servers", None, WIRE),
    with("dns-interface", None, WIRE),
    with("dns-ipv4-addr", None, WIRE),
    with("dns-ipv6-addr", None, WIRE),
    with("doh-url", None, WIRE),
    with("ciphers", None, WIRE),
    with("tls13-ciphers", None, WIRE),
    with("tls-max", None, WIRE),
    with("curves", None, WIRE),
    with("sigalgs", None, WIRE),
    with("ech", None, WIRE),
    with("capath", None, WIRE),
    with("crlfile", None, WIRE),
    with("pinnedpubkey", None, WIRE),
    with("engine", None, WIRE),
    with("egd-file", None, WIRE),
    with("random-file", None, WIRE),
    with("unix-socket", None, WIRE),
    with("abstract-unix-socket", None, WIRE),
    with("haproxy-clientip", None, WIRE),
    with("ip-tos", None, WIRE),
    with("vlan-priority", None, WIRE),
    with("limit-rate", None, WIRE),
    with("speed-limit", Some('Y'), WIRE),
    with("speed-time", Some('y'), WIRE),
    with("rate", None, WIRE),
    with("max-filesize", None, WIRE),
    with("expect100-timeout", None, WIRE),
    with("happy-eyeballs-timeout-ms", None, WIRE),
    with("proto", None, WIRE),
    with("proto-default", None, WIRE),
    with("proto-redir", None, WIRE),
    flag("proxy-anyauth", None, PROXY_LOGIN),
    flag("proxy-digest", None, PROXY_LOGIN),
    flag("proxy-negotiate", None, PROXY_LOGIN),
    flag("proxy-ntlm", None, PROXY_LOGIN),
    flag("socks5-gssapi", None, PROXY_LOGIN),
    flag("socks5-gssapi-nec", None, PROXY_LOGIN),
    flag("socks5-basic", None, Meaning::Same),
    with("proxy-service-name", None, PROXY_LOGIN),
    with("socks5-gssapi-service", None, PROXY_LOGIN),
    with("proxy-tlsauthtype", None, PROXY_LOGIN),
    with("proxy-tlsuser", None, PROXY_LOGIN),
    with("proxy-tlspassword", None, PROXY_LOGIN),
    flag("proxytunnel", Some('p'), PROXY_SETTING),
    flag("proxy-http2", None, PROXY_SETTING),
    flag("proxy-ca-native", None, PROXY_SETTING),
    flag("proxy-ssl-allow-beast", None, PROXY_SETTING),
    flag("proxy-ssl-auto-client-cert", None, PROXY_SETTING),
    flag("proxy-tlsv1", None, PROXY_SETTING),
    with("preproxy", None, PROXY_SETTING),
    with("proxy-header", None, PROXY_SETTING),
    with("proxy-cert", None, PROXY_SETTING),
    with("proxy-cert-type", None, PROXY_SETTING),
    with("proxy-key", None, PROXY_SETTING),
    with("proxy-key-type", None, PROXY_SETTING),
    with("proxy-pass", None, PROXY_SETTING),
    with("proxy-cacert", None, PROXY_SETTING),
    with("proxy-capath", None, PROXY_SETTING),
    with("proxy-crlfile", None, PROXY_SETTING),
    with("proxy-ciphers", None, PROXY_SETTING),
    with("proxy-tls13-ciphers", None, PROXY_SETTING),
    with("proxy-pinnedpubkey", None, PROXY_SETTING),
    flag("list-only", Some('l'), PROTOCOLS),
    flag("compressed-ssh", None, PROTOCOLS),
    flag("disable-eprt", None, PROTOCOLS),
    flag("disable-epsv", None, PROTOCOLS),
    flag("eprt", None, PROTOCOLS),
    flag("epsv", None, PROTOCOLS),
    flag("ftp-create-dirs", None, PROTOCOLS),
    flag("ftp-pasv", None, PROTOCOLS),
    flag("ftp-pret", None, PROTOCOLS),
    flag("ftp-skip-pasv-ip", None, PROTOCOLS),
    flag("ftp-ssl-ccc", None, PROTOCOLS),
    flag("ftp-ssl-control", None, PROTOCOLS),
    flag("mail-rcpt-allowfails", None, PROTOCOLS),
    flag("tftp-no-options", None, PROTOCOLS),
    with("quote", Some('Q'), PROTOCOLS),
    with("ftp-port", Some('P'), PROTOCOLS),
    with("ftp-account", None, PROTOCOLS),
    with("ftp-alternative-to-user", None, PROTOCOLS),
    with("ftp-method", None, PROTOCOLS),
    with("ftp-ssl-ccc-mode", None, PROTOCOLS),
    with("hostpubmd5", None, PROTOCOLS),
    with("hostpubsha256", None, PROTOCOLS),
    with("knownhosts", None, PROTOCOLS),
    with("pubkey", None, PROTOCOLS),
    with("mail-auth", None, PROTOCOLS),
    with("mail-from", None, PROTOCOLS),
    with("mail-rcpt", None, PROTOCOLS),
    with("upload-flags", None, PROTOCOLS),
    with("telnet-option", Some('t'), PROTOCOLS),
    with("tftp-blksize", None, PROTOCOLS),
    with("ipfs-gateway", None, PROTOCOLS),
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

/// The flag that `--no-NAME` turns off; `None` where `--no-NAME` is an option of its own, and for one that takes a value.
pub(super) fn negated(name: &str) -> Option<&'static Known> {
    let own = format!("no-{name}");
    if KNOWN.iter().any(|known| known.long == own) {
        return None;
    }
    long(name).filter(|known| !known.takes_value)
}

/// `--buffer` is what `--no-buffer` turns off.
pub(super) fn is_default(name: &str) -> bool {
    let own = format!("no-{name}");
    KNOWN.iter().any(|known| known.long == own)
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
