//! Stage 7: what the cost of trade makes of trade, prices and welfare.
//!
//! In: values of trade between regions by group of goods, elasticities, changes of cost. Out: trade, prices and welfare
//! in general equilibrium (`docs/model/trade.md`). Regions and groups are positions in matrices: nothing here knows a
//! study, and nothing changes costs in return.
//!
//! [`gravity`] estimates what trade costs and fills closed borders, [`trade_cost`] turns the cost of carriage into the
//! cost of trade, [`equilibrium`] answers what a change does, [`welfare`] why each region gains or loses, and [`table`]
//! reads trade that a user brings.

mod balance;
mod economy;
mod elasticity;
pub mod equilibrium;
mod error;
pub mod gravity;
mod linear;
mod matrix;
pub mod table;
pub mod trade_cost;
pub mod welfare;

pub use economy::{Closure, Economy, Group};
pub use elasticity::{Elasticity, MAX_SIGMA};
pub use error::{NoEquilibrium, TradeError};
pub use matrix::Matrix;
pub use trade_cost::CostChange;
