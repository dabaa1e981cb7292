use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is one of the public internet: one that the [registries of IANA] do not set aside for something else.
///
/// Of IPv4 those are left that no other meaning was given to. Of IPv6 only `2000::/3` is public, and of that not what
/// leads to IPv4 (6to4, Teredo) or is reserved; so addresses that hold one of IPv4 (mapped, compatible, NAT64) are not, whichever
/// it is, and neither are unique local, link-local, site-local and multicast ones.
///
/// [registries of IANA]: https://www.iana.org/assignments/iana-ipv4-special-registry/
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !V4.iter().any(|&(network, bits)| is_in_v4(address, network, bits)),
        IpAddr::V6(address) => {
            is_in_v6(address, [0x2000, 0], 3)
                && !V6.iter().any(|&(network, bits)| is_in_v6(address, network, bits))
        }
    }
}

/// What is not public of IPv4.
const V4: [([u8; 4], u32); 15] = [
    // This network, and the unspecified address.
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    // Shared by the customers of a provider (carrier-grade NAT).
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    // Link-local: where clouds keep their metadata.
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    // Documentation, here and below.
    ([192, 0, 2, 0], 24),
    // Relays of 6to4.
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    // Benchmarks.
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Multicast.
    ([224, 0, 0, 0], 4),
    // Reserved, and broadcast.
    ([240, 0, 0, 0], 4),
];

/// What is not public of `2000::/3`, by its first 32 bits.
const V6: [([u16; 2], u32); 4] = [
    // Protocols of the IETF, among them Teredo.
    ([0x2001, 0], 23),
    // Documentation, here and below.
    ([0x2001, 0x0db8], 32),
    // 6to4.
    ([0x2002, 0], 16),
    ([0x3fff, 0], 20),
];

fn is_in_v4(address: Ipv4Addr, network: [u8; 4], bits: u32) -> bool {
    (address.to_bits() ^ u32::from_be_bytes(network)) >> (32 - bits) == 0
}

fn is_in_v6(address: Ipv6Addr, [high, low]: [u16; 2], bits: u32) -> bool {
    let network = (u32::from(high) << 16) | u32::from(low);
    let address = u32::try_from(address.to_bits() >> 96).expect("32 of 128 bits are left");
    (address ^ network) >> (32 - bits) == 0
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn addresses_of_the_internet_are_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.88.98.255",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700:4700::1111",
            "2a00:1450:4001:81b::200e",
            "3ffe:ffff::1",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn all_others_are_not() {
        for address in [
            // Unspecified, and this network.
            "0.0.0.0",
            "0.1.2.3",
            "::",
            // Loopback.
            "127.0.0.1",
            "127.255.255.254",
            "::1",
            // Private.
            "10.0.0.0",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "192.168.255.255",
            // Link-local, with the metadata of clouds.
            "169.254.0.1",
            "169.254.169.254",
            "fe80::1",
            "febf::1",
            // Carrier-grade NAT, with the metadata of one more cloud.
            "100.64.0.0",
            "100.100.100.200",
            "100.127.255.255",
            // Multicast and broadcast.
            "224.0.0.1",
            "239.255.255.255",
            "ff02::1",
            "ff0e::1",
            "255.255.255.255",
            // Unique local, with the metadata of clouds, and site-local.
            "fc00::1",
            "fd00:ec2::254",
            "fdff::1",
            "fec0::1",
            // IPv4-mapped and IPv4-compatible, whatever they hold.
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "::ffff:0:127.0.0.1",
            // NAT64, well-known and local.
            "64:ff9b::127.0.0.1",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::10.0.0.1",
            // 6to4 and Teredo.
            "2002:7f00:1::",
            "2001::7f00:1",
            "192.88.99.1",
            // Documentation, benchmarks, discard, protocols, segment routing.
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "2001:db8::1",
            "3fff::1",
            "198.18.0.1",
            "198.19.255.255",
            "2001:2::1",
            "100::1",
            "192.0.0.1",
            "5f00::1",
            // Reserved.
            "240.0.0.1",
            "4000::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }
}
