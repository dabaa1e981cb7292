use crate::Invalid;
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use std::cell::Cell;

/// How the payload of an event type is written and read.
///
/// # Implementor's duties
/// `decode(encode(x))` gives a value equal to `x`. What `encode` returns is stored as it is, byte for byte.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot write and read `{T}`",
    label = "`{T}` needs a codec",
    note = "write `#[derive(Event, Serialize, Deserialize)]` on `{T}`, to store it as JSON",
    note = "or choose a codec, `#[event(codec = MyCodec)]`, and write `impl Codec<{T}> for MyCodec`"
)]
pub trait Codec<T> {
    /// The media type of what it writes.
    const CONTENT_TYPE: &'static str;

    /// Writes `value`.
    ///
    /// # Errors
    /// [`CodecError`] when the value cannot be expressed, such as a map with keys that are not text in JSON.
    fn encode(value: &T) -> Result<Bytes, CodecError>;

    /// Reads a value back.
    ///
    /// # Errors
    /// [`CodecError`] when the bytes are not such a value.
    fn decode(bytes: &[u8]) -> Result<T, CodecError>;
}

thread_local! {
    /// What payloads are written to before their size is known, so that each takes one allocation, of its own size.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A buffer that a large payload has left larger than this is not kept.
const KEPT: usize = 64 * 1024;

/// Payloads as JSON text through serde.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Json {
    /// Reads a value that is only ever read, such as the payload of an older version.
    ///
    /// # Errors
    /// [`CodecError`] when the bytes are not such a value.
    pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
        match std::str::from_utf8(bytes) {
            // Checked once as a whole, rather than for each text in it.
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(bytes),
        }
        .map_err(CodecError::new)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Codec<T> for Json {
    const CONTENT_TYPE: &'static str = "application/json";

    fn encode(value: &T) -> Result<Bytes, CodecError> {
        // Taken, not borrowed: a value may encode another one while it is written.
        let mut buffer = BUFFER.take();
        buffer.clear();
        let written = serde_json::to_writer(&mut buffer, value);
        let payload = written.map(|()| Bytes::copy_from_slice(&buffer)).map_err(CodecError::new);
        if buffer.capacity() <= KEPT {
            BUFFER.set(buffer);
        }
        payload
    }

    fn decode(bytes: &[u8]) -> Result<T, CodecError> {
        Self::read(bytes)
    }
}

/// A payload that could not be written or read; says what the codec said.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct CodecError(Box<dyn std::error::Error + Send + Sync>);

impl CodecError {
    /// Wraps what a codec reports.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }

    /// The input that is refused, if that was the reason: a tag, rather than what the codec says of the payload.
    ///
    /// # Errors
    /// The error itself, if it was another one.
    pub fn into_invalid(self) -> Result<Invalid, Self> {
        self.0.downcast().map(|invalid| *invalid).map_err(Self)
    }

    /// The payload has a version that this program does not know.
    #[must_use]
    pub fn newer(found: u32, known: u32) -> Self {
        Self::new(format!("written by a newer program (payload version {found}, this program knows {known})"))
    }
}
