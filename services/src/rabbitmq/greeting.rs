use crate::{
    Error,
    broker::{Address, Connection},
};

/// Of the frames that a connection begins with.
const METHOD: u8 = 1;
const FRAME_END: u8 = 0xCE;
/// Of the class `connection`.
const START: [u8; 4] = [0, 10, 0, 10];
const START_OK: [u8; 4] = [0, 10, 0, 11];
const TUNE: [u8; 4] = [0, 10, 0, 30];

/// What a server of AMQP says of itself.
pub(super) async fn hear(connection: &mut Connection) -> Result<Vec<u8>, Error> {
    connection.send(b"AMQP\0\0\x09\x01").await?;
    let about = receive(connection).await?;
    if !about.starts_with(&START) {
        return Err(connection.refused("it is another server that answers"));
    }
    Ok(about)
}

/// Fails where the user of an address is not welcome by its server, too.
pub(super) async fn exchange(address: &Address) -> Result<(), Error> {
    let mut connection = Connection::open("RabbitMQ", address).await?;
    hear(&mut connection).await?;
    connection.send(&frame(&start_ok(address))).await?;
    match receive(&mut connection).await {
        Ok(method) if method.starts_with(&TUNE) => Ok(()),
        // Another method says so, or the end of the connection does.
        _ => Err(connection.refused("its user is not welcome")),
    }
}

/// The method in the next frame.
async fn receive(connection: &mut Connection) -> Result<Vec<u8>, Error> {
    let head = connection.receive(7).await?;
    let [METHOD, 0, 0, length @ ..] = &head[..] else {
        return Err(connection.refused("it is another server that answers"));
    };
    let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    if length > 64 * 1024 {
        return Err(connection.refused("it says too much"));
    }
    let mut method = connection.receive(length + 1).await?;
    match method.pop() {
        Some(FRAME_END) => Ok(method),
        _ => Err(connection.refused("its frame has no end")),
    }
}

fn frame(method: &[u8]) -> Vec<u8> {
    let mut frame = vec![METHOD, 0, 0];
    frame.extend(length(method));
    frame.extend(method);
    frame.push(FRAME_END);
    frame
}

/// Who connects: the user of the address, otherwise the one that every new server has.
fn start_ok(address: &Address) -> Vec<u8> {
    let user = address.user.as_deref().unwrap_or("guest");
    let password = address.password.as_deref().unwrap_or("guest");
    let response = format!("\0{user}\0{password}");
    let mut method = START_OK.to_vec();
    // No properties of this client.
    method.extend([0; 4]);
    method.extend(b"\x05PLAIN");
    method.extend(length(response.as_bytes()));
    method.extend(response.as_bytes());
    method.extend(b"\x05en_US");
    method
}

fn length(of: &[u8]) -> [u8; 4] {
    u32::try_from(of.len()).unwrap_or(u32::MAX).to_be_bytes()
}
