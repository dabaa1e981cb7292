use crate::{
    catalogue::{ASSORTMENT, Article},
    order::{Card, OrderId},
};
use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};

/// What a customer is going to do.
#[derive(Clone, Debug)]
pub(super) struct Wants {
    pub(super) order: OrderId,
    pub(super) name: String,
    pub(super) articles: Vec<(&'static Article, u32)>,
    /// Something that is put into the cart, and taken out again.
    pub(super) second_thought: Option<&'static Article>,
    pub(super) card: Card,
    pub(super) country: &'static str,
    /// Whether the cart is left standing.
    pub(super) leaves: bool,
    /// Whether the order is to be cancelled right away.
    pub(super) repents: bool,
}

const COUNTRIES: [&str; 5] = ["NL", "DE", "FR", "CH", "SE"];
const NOWHERE: &str = "AQ";

impl Wants {
    /// Of the customer with this number; the same for the same seed.
    pub(super) fn of(seed: u64, number: u64) -> Self {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        chance.set_stream(number);
        let mut articles: Vec<(&Article, u32)> = Vec::new();
        for _ in 0..chance.random_range(1..=3) {
            let article = &ASSORTMENT[chance.random_range(0..ASSORTMENT.len())];
            if articles.iter().all(|(other, _)| other.product() != article.product()) {
                articles.push((article, chance.random_range(1..=2)));
            }
        }
        let other = &ASSORTMENT[chance.random_range(0..ASSORTMENT.len())];
        let is_other = articles.iter().all(|(article, _)| article.product() != other.product());
        let card = match chance.random_range(0..100) {
            0..6 => Card::Declined,
            6..9 => Card::Silent,
            9..12 => Card::Slow,
            _ => Card::Valid,
        };
        let country = match chance.random_bool(0.03) {
            true => NOWHERE,
            false => COUNTRIES[chance.random_range(0..COUNTRIES.len())],
        };
        Self {
            order: OrderId::of(&format!("simulation {seed}, customer {number}")),
            name: format!("Customer {number}"),
            articles,
            second_thought: (is_other && chance.random_bool(0.1)).then_some(other),
            card,
            country,
            leaves: chance.random_bool(0.04),
            repents: chance.random_bool(0.05),
        }
    }
}
