use super::Address;
use crate::Error;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// A server on the same machine answers in no time, and one that does not within this is none for tests.
const PATIENCE: Duration = Duration::from_secs(10);

/// Enough of a connection to see who is at its other end.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    doing: String,
}

impl Connection {
    /// Connects to a server of `service`.
    pub(crate) async fn open(service: &str, address: &Address) -> Result<Self, Error> {
        let doing = format!("connecting to {service}");
        let connecting = TcpStream::connect((&*address.host, address.port));
        let stream = in_time(connecting).await.map_err(|e| Error::refused(&*doing, &e))?;
        Ok(Self { stream, doing })
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let sent = in_time(self.stream.write_all(bytes)).await;
        sent.map_err(|e| self.refused(&e.to_string()))
    }

    pub(crate) async fn receive(&mut self, length: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; length];
        let read = in_time(self.stream.read_exact(&mut bytes)).await;
        read.map_err(|e| self.refused(&e.to_string()))?;
        Ok(bytes)
    }

    /// A line of text, without its end.
    pub(crate) async fn receive_line(&mut self) -> Result<String, Error> {
        const LONGEST: usize = 64 * 1024;
        let mut line = Vec::new();
        while line.len() < LONGEST {
            match self.receive(1).await?[0] {
                b'\n' => return Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
                byte => line.push(byte),
            }
        }
        Err(self.refused("its line has no end"))
    }

    /// What is wrong with the one at the other end.
    pub(crate) fn refused(&self, problem: &str) -> Error {
        Error::Refused { doing: self.doing.clone(), problem: problem.to_owned() }
    }
}

async fn in_time<T>(doing: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, doing).await.unwrap_or_else(|e| Err(io::Error::new(io::ErrorKind::TimedOut, e)))
}
