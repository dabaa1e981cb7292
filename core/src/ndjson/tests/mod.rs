mod refused;
mod round_trip;
mod spelling;
