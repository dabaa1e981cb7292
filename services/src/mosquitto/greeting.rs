use crate::{
    Error,
    broker::{Address, Connection},
};

const SERVICE: &str = "a broker of MQTT";

const CONNECT: u8 = 0x10;
const CONNACK: [u8; 2] = [0x20, 2];
const DISCONNECT: [u8; 2] = [0xE0, 0];
/// What a client brings, apart from its empty name.
const CLEAN_SESSION: u8 = 0x02;
const PASSWORD: u8 = 0x40;
const USER: u8 = 0x80;

/// Whether the user of an address is welcome by the broker that is there.
pub(super) async fn is_welcome(address: &Address) -> Result<bool, Error> {
    let mut connection = Connection::open(SERVICE, address).await?;
    connection.send(&connect(address)).await?;
    let answer = connection.receive(4).await?;
    if answer[..2] != CONNACK || answer[3] > 5 {
        return Err(connection.refused("it is another server that answers"));
    }
    let is_welcome = answer[3] == 0;
    if is_welcome {
        connection.send(&DISCONNECT).await?;
    }
    Ok(is_welcome)
}

/// Fails where it is not.
pub(super) async fn exchange(address: &Address) -> Result<(), Error> {
    if is_welcome(address).await? {
        return Ok(());
    }
    let problem = "its user is not welcome".to_owned();
    Err(Error::Refused { doing: format!("connecting to {SERVICE}"), problem })
}

/// Of version 3.1.1, which every broker knows.
fn connect(address: &Address) -> Vec<u8> {
    let (user, password) = (address.user.as_deref(), address.password.as_deref());
    let flag = |word: Option<&str>, flag| if word.is_some() { flag } else { 0 };
    let flags = CLEAN_SESSION | flag(user, USER) | flag(password, PASSWORD);
    let mut body = vec![0, 4];
    body.extend(b"MQTT");
    // The version, and how many seconds it may be silent.
    body.extend([4, flags, 0, 10]);
    for word in [Some(""), user, password].into_iter().flatten() {
        body.extend(u16::try_from(word.len()).unwrap_or(u16::MAX).to_be_bytes());
        body.extend(word.as_bytes());
    }
    let mut packet = vec![CONNECT];
    packet.extend(length(body.len()));
    packet.extend(body);
    packet
}

/// Seven bits a byte, the lowest first; all but the last are marked.
fn length(mut length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = u8::try_from(length % 128).expect("less than 128");
        length /= 128;
        if length == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 128);
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, connect, length};

    #[test]
    fn a_length_is_written_as_the_standard_says() {
        for (of, expected) in [(0, &[0][..]), (127, &[0x7F]), (128, &[0x80, 1]), (16_384, &[0x80, 0x80, 1])] {
            assert_eq!(length(of), expected);
        }
    }

    #[test]
    fn a_user_is_named_with_the_password() {
        let nobody = Address::local(1);
        assert_eq!(connect(&nobody), b"\x10\x0c\0\x04MQTT\x04\x02\0\x0a\0\0");
        let user = Address { user: Some("u".to_owned()), password: Some("p".to_owned()), ..nobody };
        assert_eq!(connect(&user), b"\x10\x12\0\x04MQTT\x04\xc2\0\x0a\0\0\0\x01u\0\x01p");
    }
}
