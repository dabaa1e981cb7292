use super::{RabbitMq, installed, ports::Ports, program};
use crate::{
    Error,
    broker::{Address, Connection},
    folder::Folder,
    port,
    process::{Process, Server, Signal, wait_until_ready},
};
use std::{
    fmt::{self, Write as _},
    path::Path,
};

/// How a [`RabbitMq`] is to be.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is started before `start`"]
pub struct Builder {
    settings: Vec<(String, String)>,
}

impl Builder {
    /// Changes a setting of `rabbitmq.conf`, such as `consumer_timeout`.
    pub fn set(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.settings.push((name.into(), value.to_string()));
        self
    }

    /// Starts it, which takes seconds; it can be connected to when this returns.
    ///
    /// # Errors
    /// If RabbitMQ is not [installed], or does not start.
    pub async fn start(self) -> Result<RabbitMq, Error> {
        let program = installed()?;
        let mapper = program::port_mapper()?;
        let mut taken = port::none();
        for port in port::free() {
            let ports = Ports::free(port?)?;
            match self.start_on(ports, &program, &mapper).await {
                Err(e) if port::was_taken(&e) => taken = e,
                started => return started,
            }
        }
        Err(taken)
    }

    async fn start_on(&self, ports: Ports, program: &Path, mapper: &Path) -> Result<RabbitMq, Error> {
        let folder = Folder::new("factum-rabbitmq-")?;
        folder.write("rabbitmq.conf", &self.conf(ports))?;
        folder.write("enabled_plugins", "[rabbitmq_management].\n")?;
        // Instead of the one of the system.
        folder.write("rabbitmq-env.conf", "")?;
        let mapper = start_mapper(&folder, mapper, ports.mapper).await?;
        let name = folder.name();
        let server = Server::new(folder);
        let rabbit = RabbitMq { mapper: mapper.into(), server, ports, name, program: program.to_owned() };
        rabbit.start().await.map(|()| rabbit)
    }

    fn conf(&self, ports: Ports) -> String {
        let mut conf = format!(
            "listeners.tcp.local = 127.0.0.1:{}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {}\n",
            ports.amqp, ports.management
        );
        for (name, value) in &self.settings {
            let _ = writeln!(conf, "{name} = {value}");
        }
        conf
    }
}

/// A port mapper in the foreground: the one that Erlang starts by itself would stay when its node has ended.
async fn start_mapper(folder: &Folder, program: &Path, port: u16) -> Result<Process, Error> {
    let args = ["-address", "127.0.0.1", "-port", &port.to_string()];
    let mut mapper = Process::start(folder, Signal::Kill, program, args)?;
    let address = Address::local(port);
    wait_until_ready(|| maps(&address), || check_mapper(&mut mapper)).await?;
    Ok(mapper)
}

/// It ends for one reason, and where it is another one of its kind that has its port, it does not even say so.
pub(super) fn check_mapper(mapper: &mut Process) -> Result<(), Error> {
    mapper.check().map_err(|_| Error::program("epmd", "it has ended: address already in use"))
}

/// Asks which nodes there are, which is answered by the port of who answers before all else.
async fn maps(address: &Address) -> Result<bool, Error> {
    let mut connection = Connection::open("epmd", address).await?;
    connection.send(b"\x00\x01n").await?;
    Ok(connection.receive(4).await? == u32::from(address.port).to_be_bytes())
}
