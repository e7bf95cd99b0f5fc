//! A port whose queue of connections is full, so that a further one neither succeeds nor fails.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

#[derive(Debug)]
pub(crate) struct FullListener {
    pub(crate) address: SocketAddr,
    _listener: Socket,
    _waiting: Vec<TcpStream>,
}

impl FullListener {
    pub(crate) fn new() -> Self {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let mut waiting = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
            waiting.push(stream);
            assert!(waiting.len() < 1000, "the queue does not fill");
        }
        Self {
            address,
            _listener: listener,
            _waiting: waiting,
        }
    }
}
