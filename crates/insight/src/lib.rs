//! Maths on plain slices: value, repeat purchase, association, cohorts, forecasts.
//!
//! Nothing is here yet; the room is kept so that the edges between crates are drawn once.
