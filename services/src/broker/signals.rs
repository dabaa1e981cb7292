/// What every server of one's own can be told, whichever it is; its process is in the field `server`.
macro_rules! told_by_signals {
    ($server:ty) => {
        impl $server {
            /// Stops it in good order. Its data stay.
            ///
            /// # Errors
            /// If it cannot be waited for.
            pub async fn stop(&self) -> Result<(), crate::Error> {
                self.server.end(crate::process::Signal::Term).await
            }

            /// Makes it do nothing until it [resumes](Self::resume), as if its machine hung: connections stay, and nobody
            /// answers.
            ///
            /// # Errors
            /// If it does not run.
            pub fn pause(&self) -> Result<(), crate::Error> {
                self.server.running(|process| process.tell(crate::process::Signal::Stop))
            }

            /// Lets it go on where it was [paused](Self::pause).
            ///
            /// # Errors
            /// If it does not run.
            pub fn resume(&self) -> Result<(), crate::Error> {
                self.server.running(|process| process.tell(crate::process::Signal::Cont))
            }
        }
    };
}

pub(crate) use told_by_signals;
