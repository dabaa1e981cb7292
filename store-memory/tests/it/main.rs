//! The in-memory store keeps every promise of the store contract.

mod conformance;
