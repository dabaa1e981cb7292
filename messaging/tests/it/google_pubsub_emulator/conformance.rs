use super::place::Place;
use factum_testkit::conformance;

conformance::transports!(Place, capabilities = [keeps, competes, redelivers, delays, shared]);
