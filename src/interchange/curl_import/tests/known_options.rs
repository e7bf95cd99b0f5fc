//! Every option of curl's manual is known by its name and its letter, and whether the next word is its value.
//! The lists are those of `curl --help all` of curl 7.88.1, each asked whether it wants a value; and what came until 8.17.

use super::super::{import, options};

/// `name` or `name,letter`.
const WITH_A_VALUE: &str = "\
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert,E cert-type ciphers config,K connect-timeout \
    connect-to continue-at,C cookie,b cookie-jar,c create-file-mode crlfile curves data,d data-ascii data-binary \
    data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header,D \
    egd-file engine etag-compare etag-save expect100-timeout form,F form-string ftp-account \
    ftp-alternative-to-user ftp-method ftp-port,P ftp-ssl-ccc-mode happy-eyeballs-timeout-ms header,H hostpubmd5 \
    hostpubsha256 hsts interface json keepalive-time key key-type krb libcurl limit-rate local-port login-options \
    mail-auth mail-from mail-rcpt max-filesize max-redirs max-time,m netrc-file noproxy oauth2-bearer output,o \
    output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy,x proxy-cacert \
    proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type \
    proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword \
    proxy-tlsuser proxy-user,U proxy1.0 pubkey quote,Q random-file range,r rate referer,e request,X request-target \
    resolve retry retry-delay retry-max-time sasl-authzid service-name socks4 socks4a socks5 socks5-gssapi-service \
    socks5-hostname speed-limit,Y speed-time,y stderr telnet-option,t tftp-blksize time-cond,z tls-max \
    tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii unix-socket upload-file,T url url-query user,u \
    user-agent,A write-out,w";

const FLAGS: &str = "\
    anyauth append,a basic cert-status compressed compressed-ssh create-dirs crlf digest disable,q disable-eprt \
    disable-epsv disallow-username-in-url doh-cert-status doh-insecure fail,f fail-early fail-with-body \
    false-start form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control get,G \
    globoff,g haproxy-protocol head,I help,h http0.9 http1.0,0 http1.1 http2 http2-prior-knowledge http3 \
    http3-only ignore-content-length include,i insecure,k ipv4,4 ipv6,6 junk-session-cookies,j list-only,l \
    location,L location-trusted mail-rcpt-allowfails manual,M metalink negotiate netrc,n netrc-optional next,: \
    no-alpn no-buffer,N no-clobber no-keepalive no-npn no-progress-meter no-sessionid ntlm ntlm-wb parallel,Z \
    parallel-immediate path-as-is post301 post302 post303 progress-bar,# proxy-anyauth proxy-basic proxy-digest \
    proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tlsv1 \
    proxytunnel,p raw remote-header-name,J remote-name,O remote-name-all remote-time,R remove-on-error \
    retry-all-errors retry-connrefused sasl-ir show-error,S silent,s socks5-basic socks5-gssapi socks5-gssapi-nec \
    ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2,2 sslv3,3 \
    styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tlsv1,1 tlsv1.0 tlsv1.1 \
    tlsv1.2 tlsv1.3 tr-encoding trace-time use-ascii,B verbose,v version,V xattr";

const NEWER_WITH_A_VALUE: &str = "ech etag-save haproxy-clientip ip-tos ipfs-gateway keepalive-cnt knownhosts \
    parallel-max-host sigalgs trace-config upload-flags variable vlan-priority";

const NEWER_FLAGS: &str = "ca-native dump-ca-embed follow mptcp out-null proxy-ca-native proxy-http2 show-headers \
    skip-existing tls-earlydata trace-ids";

/// What `--no-…` turns off is on without it.
const DEFAULTS: &str = "alpn buffer clobber keepalive npn progress-meter sessionid";

fn named(list: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    list.split_whitespace()
        .map(|entry| match entry.split_once(',') {
            Some((name, letter)) => (name, letter.chars().next()),
            None => (entry, None),
        })
}

#[test]
fn each_option_of_the_manual_is_known_with_its_letter() {
    let mut wrong = Vec::new();
    for (list, takes_value) in [
        (WITH_A_VALUE, true),
        (NEWER_WITH_A_VALUE, true),
        (FLAGS, false),
        (NEWER_FLAGS, false),
    ] {
        for (name, letter) in named(list) {
            match options::KNOWN.iter().find(|known| known.long == name) {
                None => wrong.push(format!("--{name} is not known")),
                Some(known) if known.takes_value != takes_value => {
                    wrong.push(format!("--{name} takes a value: {takes_value}"));
                }
                // `-N` and `-h` are of the manual as well.
                Some(known) if known.short != letter => {
                    wrong.push(format!("--{name} has the letter {letter:?}"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Paths of the requests, and what was ignored.
fn read(command: &str) -> (Vec<String>, Vec<String>) {
    let imported = import(command).unwrap_or_else(|error| panic!("{command}: {error}"));
    let paths = imported
        .requests
        .into_iter()
        .map(|request| request.draft.path);
    let ignored = imported.ignored.into_iter().map(|one| one.what);
    (paths.collect(), ignored.collect())
}

#[test]
fn no_option_swallows_or_leaves_a_wrong_word() {
    let mut commands: Vec<(String, usize)> = Vec::new();
    for (name, letter) in named(WITH_A_VALUE).chain(named(NEWER_WITH_A_VALUE)) {
        // Only `--url` makes a request of its value.
        let requests = 1 + usize::from(name == "url");
        commands.push((format!("curl --{name} 7 https://h.example/last"), requests));
        commands.push((format!("curl --{name}=7 https://h.example/last"), requests));
        commands.push((format!("curl https://h.example/last --{name} 7"), requests));
        if let Some(letter) = letter {
            commands.push((format!("curl -{letter} 7 https://h.example/last"), 1));
            commands.push((format!("curl -{letter}7 https://h.example/last"), 1));
            commands.push((format!("curl -s{letter} 7 https://h.example/last"), 1));
            commands.push((format!("curl -s{letter}7 https://h.example/last"), 1));
        }
    }
    for (name, letter) in named(FLAGS)
        .chain(named(NEWER_FLAGS))
        .chain(named(DEFAULTS))
    {
        commands.push((format!("curl --{name} https://h.example/last"), 1));
        if let Some(letter) = letter {
            commands.push((format!("curl -{letter} https://h.example/last"), 1));
            // A request of its own needs a URL before `-:`.
            if letter != ':' {
                commands.push((format!("curl -s{letter} https://h.example/last"), 1));
            }
        }
        if !name.starts_with("no-") && name != "next" {
            commands.push((format!("curl --no-{name} https://h.example/last"), 1));
        }
    }
    for (command, requests) in commands {
        let (paths, ignored) = read(&command);
        assert_eq!(paths.len(), requests, "{command}: {paths:?}");
        // The name of an uploaded file goes behind a slash only.
        assert!(paths.contains(&"/last".to_owned()), "{command}: {paths:?}");
        assert!(
            ignored.iter().all(|what| !what.starts_with("the word")),
            "{command}: {ignored:?}"
        );
    }
}

#[test]
fn an_unknown_option_is_listed_and_takes_no_url_with_it() {
    for (options, paths, ignored) in [
        (
            "--future https://h.example/a",
            &["/a"][..],
            &["--future"][..],
        ),
        (
            "--future 7 https://h.example/a",
            &["/a"],
            &["--future", "the word behind --future"],
        ),
        (
            "--future 1.5 https://h.example/a",
            &["/a"],
            &["--future", "the word behind --future"],
        ),
        (
            "--future canary https://h.example/a",
            &["/a"],
            &["--future", "the word behind --future"],
        ),
        (
            "--future=canary https://h.example/a",
            &["/a"],
            &["--future"],
        ),
        (
            "--future -X PUT https://h.example/a",
            &["/a"],
            &["--future"],
        ),
        ("--future -- https://h.example/a", &["/a"], &["--future"]),
        ("--future h.example/a", &["/a"], &["--future"]),
        ("--future localhost/a", &["/a"], &["--future"]),
        ("-§ https://h.example/a", &["/a"], &["-§"]),
    ] {
        let (known_paths, known_ignored) = read(&format!("curl {options}"));
        assert_eq!(known_paths, paths, "{options}");
        assert_eq!(known_ignored, ignored, "{options}");
    }
}

#[test]
fn a_name_may_be_cut_as_long_as_it_is_unmistakable() {
    for (cut, whole) in [
        ("head", "head"),
        ("heade", "header"),
        ("max-t", "max-time"),
        ("data-u", "data-urlencode"),
        ("socks5-h", "socks5-hostname"),
        ("expand-url", "expand-url"),
    ] {
        let known = options::long(cut).map(|known| known.long);
        assert_eq!(known, Some(whole).filter(|_| cut != "expand-url"), "{cut}");
    }
    for unclear in ["max-", "dat", "proxy-s", "x", ""] {
        assert!(options::long(unclear).is_none(), "{unclear}");
    }
}
