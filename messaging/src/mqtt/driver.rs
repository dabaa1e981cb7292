use rumqttc::{
    Outgoing,
    v5::{
        AsyncClient, ConnectionError, Event, EventLoop, StateError,
        mqttbytes::v5::{ConnAck, ConnectReturnCode, DisconnectReasonCode, Packet},
    },
};
use std::{pin::pin, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What a connection is driven for: it is told what happens on it, in order, and must not wait.
pub(super) trait Driven: Send {
    /// There is a connection. Whatever was sent or received on the last one is over.
    fn connected(&mut self, events: &mut EventLoop, about: &ConnAck);

    /// A packet has come in.
    fn received(&mut self, packet: Packet);

    /// A packet has been written.
    fn sent(&mut self, packet: &Outgoing);

    /// There is no connection any more, or still none.
    fn lost(&mut self, events: &mut EventLoop, error: &ConnectionError);
}

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// After somebody else has connected as the same client. It may be done soon, as when it only makes a consumer known.
const PAUSE_FOR_ANOTHER: Duration = Duration::from_secs(1);
/// How long what was said before the end may take to be written.
const LAST: Duration = Duration::from_secs(1);

/// Connects, again and again, until `ends`.
pub(super) async fn drive(
    client: AsyncClient,
    mut events: EventLoop,
    mut driven: impl Driven,
    ends: CancellationToken,
) {
    let mut pause = FIRST_PAUSE;
    let mut is_up = false;
    // Once it ends: until when.
    let mut last = None;
    loop {
        let polled = {
            // Never dropped before it is done, or what it is about to write would be lost.
            let mut polled = pin!(events.poll());
            loop {
                tokio::select! {
                    biased;
                    () = ends.cancelled(), if last.is_none() => {
                        // What was asked to be sent before it, such as acknowledgements, is sent before it.
                        if !is_up || client.try_disconnect().is_err() {
                            return;
                        }
                        last = Some(Instant::now() + LAST);
                    }
                    () = until(last) => return,
                    polled = &mut polled => break polled,
                }
            }
        };
        match polled {
            Ok(Event::Incoming(Packet::ConnAck(about))) => {
                (is_up, pause) = (true, FIRST_PAUSE);
                driven.connected(&mut events, &about);
            }
            Ok(Event::Incoming(packet)) => driven.received(packet),
            Ok(Event::Outgoing(packet)) => driven.sent(&packet),
            // The broker has read all before it, and closes the connection. Closed from here, it might be too early for that.
            Err(_) if last.is_some() => return,
            Err(error) => {
                tracing::warn!(client = events.options.client_id(), %error, "no connection to the broker of MQTT");
                is_up = false;
                driven.lost(&mut events, &error);
                let is_another = matches!(
                    &error,
                    ConnectionError::MqttState(StateError::ServerDisconnect { reason_code, .. })
                        if *reason_code == DisconnectReasonCode::SessionTakenOver
                );
                let paused = tokio::time::sleep(if is_another { PAUSE_FOR_ANOTHER } else { pause });
                tokio::select! {
                    () = ends.cancelled() => return,
                    () = paused => {}
                }
                pause = (2 * pause).min(LONGEST_PAUSE);
            }
        }
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// Whether the broker would refuse the next attempt to connect too.
pub(super) const fn is_refused(error: &ConnectionError) -> bool {
    matches!(
        error,
        ConnectionError::ConnectionRefused(
            ConnectReturnCode::BadUserNamePassword
                | ConnectReturnCode::NotAuthorized
                | ConnectReturnCode::ClientIdentifierNotValid
                | ConnectReturnCode::UnsupportedProtocolVersion
                | ConnectReturnCode::BadAuthenticationMethod
                | ConnectReturnCode::Banned
        )
    )
}
