//! Ports that nobody listens on.

use std::net::{Ipv4Addr, TcpListener};

use crate::E2eError;

/// Ports on loopback that are free now. Another process can take one before it is used:
/// what listens then says so and ends.
///
/// # Errors
/// When there are none.
pub fn free_ports(count: usize) -> Result<Vec<u16>, E2eError> {
    // All at once, so that none is given twice.
    let held = (0..count).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    let held: Vec<_> = held
        .collect::<Result<_, _>>()
        .map_err(E2eError::io("127.0.0.1"))?;
    let ports = held.iter().map(TcpListener::local_addr);
    let ports = ports.map(|address| address.map(|address| address.port()));
    ports
        .collect::<Result<_, _>>()
        .map_err(E2eError::io("127.0.0.1"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn no_port_is_given_twice() {
        let ports = super::free_ports(16).unwrap();
        assert_eq!(ports.iter().collect::<BTreeSet<_>>().len(), 16);
    }
}
