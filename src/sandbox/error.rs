//! Why the sandbox did not start, in words for the person who asked for it.

use thiserror::Error;

#[derive(Debug, Error)]
pub enum SandboxError {
    #[error(
        "Port {port} for the sandbox's {service} is taken by another program: stop that program, or choose other ports"
    )]
    PortTaken { service: &'static str, port: u16 },
    #[error(
        "Port {port} for the sandbox's {service} is not allowed for this account: choose ports above 1023"
    )]
    PortForbidden { service: &'static str, port: u16 },
    #[error(
        "The sandbox needs four ports in a row and {first} does not leave room for them: choose a first port from 1 to 65532"
    )]
    PortRange { first: u16 },
    #[error(
        "The sandbox's {service} could not listen on 127.0.0.1, port {port} ({source}): check whether loopback is usable here"
    )]
    Listen {
        service: &'static str,
        port: u16,
        source: std::io::Error,
    },
}
