//! Tests for what is built on Factum.

