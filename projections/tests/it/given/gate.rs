use tokio::sync::oneshot;

/// Where a call waits until the test lets it go on.
#[derive(Debug)]
pub(crate) struct Gate {
    reached: oneshot::Sender<()>,
    open: oneshot::Receiver<()>,
}

/// The test's side of a [`Gate`].
#[derive(Debug)]
pub(crate) struct Held {
    reached: Option<oneshot::Receiver<()>>,
    open: oneshot::Sender<()>,
}

pub(crate) fn gate() -> (Gate, Held) {
    let (reached, seen) = oneshot::channel();
    let (open, opened) = oneshot::channel();
    (Gate { reached, open: opened }, Held { reached: Some(seen), open })
}

impl Gate {
    pub(crate) async fn pass(self) {
        let _ = self.reached.send(());
        let _ = self.open.await;
    }
}

impl Held {
    /// Waits until the call has come to the gate.
    pub(crate) async fn reached(&mut self) {
        self.reached.take().expect("asked once").await.expect("the call comes to the gate");
    }

    pub(crate) fn open(self) {
        let _ = self.open.send(());
    }
}
