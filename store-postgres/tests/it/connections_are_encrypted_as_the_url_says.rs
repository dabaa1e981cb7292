//! Against a server of one's own, with a certificate for `localhost` that an authority of the test has signed.

use crate::place::connect;
use factum_core::{Append, Causes, EventAppender, EventReader, EventType, NewEvent, StreamId};
use factum_core::{query::Query, store::ReadLog};
use factum_services::postgres::Cluster;
use factum_store_postgres::{PgStore, sqlx};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

struct Encrypting {
    cluster: Cluster,
    /// With `root.pem` of the authority and `other.pem` of another one.
    folder: TempDir,
}

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { pem: params.self_signed(&key).unwrap().pem(), issuer: Issuer::new(params, key) }
    }

    /// A certificate for `localhost`, and its key.
    fn sign(&self) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

impl Encrypting {
    async fn new() -> Self {
        let (ours, other) = (Authority::new(), Authority::new());
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("root.pem"), &ours.pem).unwrap();
        fs::write(folder.path().join("other.pem"), &other.pem).unwrap();
        let cluster = Cluster::builder().start().await.unwrap();
        let (certificate, key) = ours.sign();
        let data = cluster.data_dir();
        write_for_server(&data, "server.crt", &certificate);
        write_for_server(&data, "server.key", &key);
        let client = connect(&cluster.url("postgres")).await;
        client.batch_execute("ALTER SYSTEM SET ssl = on").await.unwrap();
        client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        let end = Instant::now() + Duration::from_secs(30);
        // A process of the server reads its settings again when it gets to it.
        while client.query_one("SHOW ssl", &[]).await.unwrap().get::<_, &str>(0) != "on" {
            assert!(Instant::now() < end, "the server does not encrypt");
            sleep(Duration::from_millis(5)).await;
        }
        Self { cluster, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self, host: &str, query: &str) -> String {
        format!("postgres://postgres@{host}:{}/postgres?{query}", self.cluster.port())
    }

    async fn open(&self, host: &str, mode: &str, root: Option<&str>) -> Result<PgStore, String> {
        let root = root.map(|root| format!("&sslrootcert={}", self.file(root).display())).unwrap_or_default();
        let query = format!("application_name={mode}&sslmode={mode}{root}");
        PgStore::connect(&self.url(host, &query)).await.map_err(|error| Causes(&error).to_string())
    }

    /// How many connections with this name there are, and how many of them are encrypted.
    async fn connections(&self, name: &str) -> (i64, i64) {
        let client = connect(&self.cluster.url("postgres")).await;
        let count = "SELECT count(*), count(*) FILTER (WHERE s.ssl) \
                     FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid) WHERE a.application_name = $1";
        let row = client.query_one(count, &[&name]).await.unwrap();
        (row.get(0), row.get(1))
    }
}

/// The server takes a key only from a file that nobody else can read.
fn write_for_server(data: &Path, name: &str, text: &str) {
    let file = data.join(name);
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let owner = fs::metadata(data).unwrap();
    chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
}

/// Has each kind of connection there is: one that appends, one that reads, one that listens, and one for a caller.
async fn use_all(store: &PgStore) {
    let event = NewEvent::new(StreamId::new("a", "1").unwrap(), EventType::from_static("T"), "{}");
    store.append_one(Append::new([event])).await.unwrap();
    assert!(!store.read_log(ReadLog::new(Query::all())).await.unwrap().events.is_empty());
    sqlx::query("SELECT 1").execute(store.pool()).await.unwrap();
    let end = Instant::now() + Duration::from_secs(30);
    while !store.health().is_listening {
        assert!(Instant::now() < end, "it does not listen");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn each_connection_is_as_the_mode_says() {
    let server = Encrypting::new().await;
    for (mode, root, is_encrypted) in [
        ("disable", None, false),
        ("prefer", None, true),
        ("require", None, true),
        ("require", Some("root.pem"), true),
        ("verify-ca", Some("root.pem"), true),
        ("verify-full", Some("root.pem"), true),
    ] {
        let store = server.open("localhost", mode, root).await.unwrap();
        use_all(&store).await;
        let (all, encrypted) = server.connections(mode).await;
        assert!(all >= 4, "{mode}: {all} connections");
        assert_eq!(encrypted, if is_encrypted { all } else { 0 }, "{mode}, of {all} connections");
    }
}

#[tokio::test]
async fn a_server_that_is_somebody_else_is_refused() {
    let server = Encrypting::new().await;
    for mode in ["require", "verify-ca", "verify-full"] {
        let why = server.open("localhost", mode, Some("other.pem")).await.unwrap_err();
        assert!(why.contains("invalid peer certificate"), "{mode}: {why}");
    }
    let why = server.open("127.0.0.1", "verify-full", Some("root.pem")).await.unwrap_err();
    assert!(why.contains("not valid for name"), "{why}");
    // Which the other mode does not ask.
    server.open("127.0.0.1", "verify-ca", Some("root.pem")).await.unwrap();
    let why = server.open("localhost", "verify-full", Some("absent.pem")).await.unwrap_err();
    assert!(why.contains("absent.pem"), "{why}");
}

#[tokio::test]
async fn the_connections_of_callers_are_checked_too() {
    let server = Encrypting::new().await;
    fs::copy(server.file("root.pem"), server.file("present.pem")).unwrap();
    for mode in ["verify-ca", "verify-full"] {
        let store = server.open("localhost", mode, Some("present.pem")).await.unwrap();
        // They are made when they are first used, and read the file then.
        fs::copy(server.file("other.pem"), server.file("present.pem")).unwrap();
        let refused = sqlx::query("SELECT 1").execute(store.pool()).await.unwrap_err();
        assert!(refused.to_string().contains("invalid peer certificate"), "{mode}: {refused}");
        fs::copy(server.file("root.pem"), server.file("present.pem")).unwrap();
        sqlx::query("SELECT 1").execute(store.pool()).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_cannot_is_refused_only_where_it_must_encrypt() {
    let cluster = Cluster::builder().start().await.unwrap();
    let open = async |mode: &str| {
        PgStore::connect(&format!("{}?sslmode={mode}", cluster.url("postgres")))
            .await
            .map_err(|error| Causes(&error).to_string())
    };
    open("prefer").await.unwrap();
    let why = open("require").await.unwrap_err();
    assert!(why.contains("does not support TLS"), "{why}");
}
