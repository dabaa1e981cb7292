use crate::{
    Error,
    broker::{Address, Connection},
};

/// What a server with `JetStream` says of itself.
pub(super) async fn hear(connection: &mut Connection) -> Result<String, Error> {
    let about = connection.receive_line().await?;
    if !about.starts_with("INFO {") {
        return Err(connection.refused("it is another server that answers"));
    }
    if !about.contains("\"jetstream\":true") {
        return Err(connection.refused("it has no JetStream"));
    }
    Ok(about)
}

/// Fails where the user of an address is not welcome by its server, too.
pub(super) async fn exchange(address: &Address) -> Result<(), Error> {
    let mut connection = Connection::open("NATS", address).await?;
    hear(&mut connection).await?;
    let greeting = format!("CONNECT {{\"verbose\":false,\"pedantic\":false{}}}\r\nPING\r\n", user(address));
    connection.send(greeting.as_bytes()).await?;
    match &*connection.receive_line().await? {
        "PONG" => Ok(()),
        answer => Err(connection.refused(answer)),
    }
}

fn user(address: &Address) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    match (address.user.as_deref(), address.password.as_deref()) {
        (Some(user), Some(password)) => format!(",\"user\":{},\"pass\":{}", quoted(user), quoted(password)),
        (Some(token), None) => format!(",\"auth_token\":{}", quoted(token)),
        _ => String::new(),
    }
}
