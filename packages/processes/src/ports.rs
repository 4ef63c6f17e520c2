//! Ports that nobody listens on.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    io,
    net::{Ipv4Addr, TcpListener},
    ops::Range,
};

use crate::ProcessError;

/// Where ports are looked for: below those that the system gives to connections that go
/// out. One of those could be taken while a service that was killed is down; and whoever
/// dials it again and again would in the end be connected to itself.
const RANGE: Range<u16> = 10_000..32_768;

/// A port on loopback that is free now, as [`free_ports`].
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16, ProcessError> {
    let (_, port) = hold().map_err(ProcessError::io("127.0.0.1"))?;
    Ok(port)
}

/// Different ports on loopback that are free now. Another process can take one before it
/// is used: what listens then says so and ends.
///
/// # Errors
/// When there are not as many.
pub fn free_ports(count: usize) -> Result<Vec<u16>, ProcessError> {
    // All held at once, so that none is given twice.
    let held = (0..count).map(|_| hold()).collect::<io::Result<Vec<_>>>();
    let held = held.map_err(ProcessError::io("127.0.0.1"))?;
    Ok(held.into_iter().map(|(_, port)| port).collect())
}

fn hold() -> io::Result<(TcpListener, u16)> {
    // From a random one on, so that processes that look at the same time do not meet.
    let random = RandomState::new().build_hasher().finish();
    let count = usize::from(RANGE.end - RANGE.start);
    let skip = usize::try_from(random).unwrap_or(0) % count;
    for port in RANGE.cycle().skip(skip).take(count) {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok((listener, port)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AddrInUse,
        "no port is free below 32768",
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_port_is_given_twice_and_none_is_the_systems() {
        let ports = free_ports(16).unwrap();
        assert_eq!(ports.iter().collect::<BTreeSet<_>>().len(), 16);
        assert!(ports.iter().all(|port| RANGE.contains(port)), "{ports:?}");
    }
}
