//! What a search has to look at next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Numbers by cost, the cheapest first; of equal costs the lowest number. The cheapest of those that came last waits apart:
/// a search that is well directed often takes next what it has just found, and need not order it among the others.
#[derive(Default)]
pub struct Queue {
    heap: BinaryHeap<Reverse<u128>>,
    last: Option<u128>,
}

impl Queue {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.heap.clear();
        self.last = None;
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.last.is_none() && self.heap.is_empty()
    }

    /// Adds a number. Costs are not negative, so that their bits are in the order of their values; with the number
    /// behind them they are compared at once, without a branch that cannot be foreseen.
    pub fn push(&mut self, cost: f64, number: u32) {
        let new = u128::from(cost.to_bits()) << 32 | u128::from(number);
        match self.last {
            Some(last) if last < new => self.heap.push(Reverse(new)),
            Some(last) => {
                self.heap.push(Reverse(last));
                self.last = Some(new);
            }
            None => self.last = Some(new),
        }
    }

    /// Takes the first.
    pub fn pop(&mut self) -> Option<(f64, u32)> {
        let is_heap_first = match (self.last, self.heap.peek()) {
            (Some(last), Some(Reverse(first))) => *first < last,
            (last, _) => last.is_none(),
        };
        let first = if is_heap_first {
            if let Some(last) = self.last.take() {
                let mut first = self.heap.peek_mut()?;
                std::mem::replace(&mut *first, Reverse(last)).0
            } else {
                self.heap.pop()?.0
            }
        } else {
            self.last.take()?
        };
        Some((f64::from_bits((first >> 32) as u64), first as u32))
    }
}
