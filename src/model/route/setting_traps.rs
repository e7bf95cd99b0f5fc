//! The traps of what target and path map do not cover: credentials typed where a file would hold them, and network settings.

use super::place::{TypedUrl, check_host};
use crate::model::environment::{Environment, Proxy};
use crate::model::masks;
use crate::model::note::{Field, Note, Problem};
use crate::model::variables;

/// Credentials typed where a file would hold them: they are left out of it, so it is said while they can still be moved.
pub(super) fn credential_notes(environment: &Environment, notes: &mut Vec<Note>) {
    let is_typed = |value: &str| !value.is_empty() && value != masks::NOT_KEPT;
    for variable in &environment.variables {
        if !variable.secret
            && is_typed(&variable.value)
            && masks::is_credential_field(&variable.name)
            && !masks::is_made_of_references(&variable.value)
        {
            notes.push(Note::new(
                Field::Variable(variable.name.clone()),
                "Named like a credential: its value is not kept unless the variable is marked secret",
            ));
        }
    }
    for (row, header) in environment.default_headers.iter().enumerate() {
        if is_typed(&header.value)
            && masks::is_credential_header(&header.name)
            && !masks::is_header_of_references(&header.name, &header.value)
        {
            notes.push(Note::new(
                Field::DefaultHeader(row),
                format!(
                    "`{}` looks like a credential and is not kept: make it a secret variable and write `{{{{secret.name}}}}`",
                    header.name
                ),
            ));
        }
    }
    if let Proxy::Explicit { url, .. } = &environment.network.proxy
        && TypedUrl::take_apart(url).has_user_info
    {
        notes.push(Note::new(
            Field::Proxy,
            "A user name and password inside the proxy URL are not kept: enter them in fields of their own",
        ));
    }
}

pub(super) fn network_problems(environment: &Environment, problems: &mut Vec<Problem>) {
    let network = &environment.network;
    problems.extend(proxy_not_kept(environment));
    if let Proxy::Explicit { url, .. } = &network.proxy {
        let typed = TypedUrl::take_apart(url);
        let known = matches!(
            typed.scheme.as_deref(),
            Some("http" | "https" | "socks5" | "socks5h")
        );
        if !known || check_host(&typed.host).is_err() || typed.port_number().is_err() {
            problems.push(Problem::new(
                Field::Proxy,
                "Write the proxy as `http://host:port`, `https://…`, `socks5://…` or `socks5h://…`",
            ));
        }
    }
    let hex = network.trusted_fingerprint.replace([':', ' '], "");
    if !hex.is_empty() && (hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        problems.push(Problem::new(
            Field::TrustedFingerprint,
            "A fingerprint is a SHA-256: 64 hexadecimal digits",
        ));
    }
    let limits = &network.limits;
    if [
        limits.connect_ms,
        limits.first_byte_ms,
        limits.silence_ms,
        limits.wire_bytes,
        limits.decoded_bytes,
        limits.decoded_ratio,
    ]
    .contains(&0)
    {
        problems.push(Problem::new(
            Field::Limits,
            "A limit of 0 lets nothing through",
        ));
    }
}

/// A proxy's password that was typed into its URL and left out of the file.
pub(in crate::model) fn proxy_not_kept(environment: &Environment) -> Option<Problem> {
    match &environment.network.proxy {
        Proxy::Explicit { url, .. } => variables::not_kept(url, &Field::Proxy),
        Proxy::System | Proxy::None => None,
    }
}
