struct Files;

fn uses(_: impl factum::SnapshotStore) {}

fn main() {
    uses(Files);
}
