struct Files;

fn uses(_: impl factum::CheckpointStore) {}

fn main() {
    uses(Files);
}
