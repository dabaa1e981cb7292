use crate::{Error, port};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Recovery after a crash is part of starting, and takes minutes on a machine that is very busy.
const PATIENCE: Duration = Duration::from_secs(180);
/// Who listens on the port and says nothing may be somebody else.
const PATIENCE_WITH_AN_ANSWER: Duration = Duration::from_secs(1);

/// Waits until a server that was started `answers`, unless it turns out not to be `running`.
pub(crate) async fn wait_until_ready<F: Future<Output = Result<bool, Error>>>(
    answers: impl Fn() -> F,
    mut running: impl FnMut() -> Result<(), Error>,
) -> Result<(), Error> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = timeout(PATIENCE_WITH_AN_ANSWER, answers()).await;
        let answer = answer.unwrap_or_else(|e| Err(Error::refused("waiting for an answer", &e)));
        running()?;
        match answer {
            Ok(true) => return Ok(()),
            // It is starting or recovering; or another one has its port, and it is about to say so and end.
            _ if Instant::now() < deadline => sleep(Duration::from_millis(10)).await,
            Err(e) => return Err(e),
            Ok(false) => return Err(port::none()),
        }
    }
}
