use crate::{
    args::Export,
    failure::Failure,
    feed::Feed,
    output::{Output, count, escape},
    store::{Line, Store},
};
use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

pub(crate) async fn run(store: Store, options: &Export, out: &mut Output) -> Result<(), Failure> {
    let Some(path) = options.file.as_deref().filter(|path| *path != "-") else {
        write(&store, options, out, options.gzip).await?;
        return Ok(());
    };
    // Dropping the half-written file removes it.
    let events = tokio::select! {
        written = to_file(&store, options, path) => written?,
        _ = tokio::signal::ctrl_c() => return Err(Failure::Interrupted),
    };
    let file = path.display().to_string();
    let line = format!("exported {} to {}", count(events, "event"), escape(&file));
    Ok(out.conclude(&json!({ "exported": events, "file": file }), line)?)
}

async fn to_file(store: &Store, options: &Export, path: &Path) -> Result<u64, Failure> {
    let failed = |error: io::Error| Failure::because(format!("writing {}", path.display()), &error);
    let gzip = options.gzip || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let mut target = Target::new(path).map_err(failed)?;
    let events =
        write(store, options, BufWriter::new(target.file()), gzip).await.map_err(
            |failure| match failure {
                Failure::Output(error) => failed(error),
                other => other,
            },
        )?;
    target.finish().map_err(failed)?;
    Ok(events)
}

async fn write(store: &Store, options: &Export, mut to: impl Write, gzip: bool) -> Result<u64, Failure> {
    if gzip {
        let mut encoder = GzEncoder::new(to, Compression::default());
        let events = lines(store, options, &mut encoder).await?;
        encoder.finish()?.flush()?;
        return Ok(events);
    }
    let events = lines(store, options, &mut to).await?;
    to.flush()?;
    Ok(events)
}

async fn lines(store: &Store, options: &Export, to: &mut impl Write) -> Result<u64, Failure> {
    let mut feed = Feed::open(store, &options.filter, false).await?;
    let mut events = 0;
    let mut bytes = Vec::new();
    while let Some(page) = feed.page().await? {
        for event in &page {
            let line = Line::from_event(event).map_err(|why| {
                let place =
                    format!("the event at position {} ({} {})", event.position, event.stream, event.version);
                Failure::because(format!("exporting {place}"), &why)
            })?;
            bytes.clear();
            line.write_to(&mut bytes);
            to.write_all(&bytes)?;
        }
        events += page.len() as u64;
    }
    Ok(events)
}

/// Where the file is written to until it is complete.
enum Target {
    Beside {
        file: NamedTempFile,
        path: PathBuf,
    },
    /// A device or a pipe is not to be replaced by a file.
    Itself(File),
}

impl Target {
    fn new(path: &Path) -> io::Result<Self> {
        // What a link points to is replaced, not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return OpenOptions::new().write(true).open(&path).map(Self::Itself);
        }
        let folder = path.parent().filter(|folder| *folder != "").unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".factum-");
        // As for any new file, less what the umask takes away; without it, for the owner alone.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Ok(Self::Beside { file: builder.tempfile_in(folder)?, path })
    }

    fn file(&mut self) -> &mut File {
        match self {
            Self::Beside { file, .. } => file.as_file_mut(),
            Self::Itself(file) => file,
        }
    }

    fn finish(self) -> io::Result<()> {
        let Self::Beside { file, path } = self else { return Ok(()) };
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }
}
