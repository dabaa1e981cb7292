struct Files;

fn uses(_: impl factum::EventAppender) {}

fn main() {
    uses(Files);
}
