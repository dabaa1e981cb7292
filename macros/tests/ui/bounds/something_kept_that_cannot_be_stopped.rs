struct Clock;

fn start(startup: &mut factum::app::Startup) {
    startup.keep(Clock);
}

fn main() {}
