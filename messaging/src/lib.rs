//! Publish and subscribe.

