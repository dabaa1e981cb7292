//! The page in a real browser. `cargo xtask test` leaves this module out, and says so, where there is no Chromium or no
//! Node.js.

use crate::server::Server;
use factum_services::{chromium, node};
use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Where pictures go, if somebody wants them; a folder of the workspace.
const PICTURES: &str = "FACTUM_PICTURES";

#[test]
fn a_customer_buys_and_sees_the_order_move_until_it_is_shipped() {
    let (chromium, node) = (chromium::installed().unwrap(), node::installed().unwrap());
    let folder = node.with_packages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pictures =
        env::var_os(PICTURES).map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), |to| root.join(to));
    let server = Server::start(&[]);
    let run = Command::new(node.program())
        .arg(folder.join("shop.mjs"))
        .arg(&server.address)
        .arg(chromium)
        .arg(pictures.join("shop.png"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [run.stdout, run.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(run.status.success(), "{said}");
    assert!(said.ends_with("seen: bought, shipped, declined, undeliverable, timed out\n"), "{said}");
    assert!(pictures.join("shop.png").metadata().unwrap().len() > 50_000);
}
