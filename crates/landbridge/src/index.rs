//! Typed indices: the type of an array says what it is indexed by.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A position in an [`IdxVec`].
pub trait Idx: Copy {
    /// From a plain position.
    fn new(position: usize) -> Self;
    /// The plain position.
    fn position(self) -> usize;
}

macro_rules! indices {
    ($($(#[doc = $doc:literal])* $name:ident),* $(,)?) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
        impl Idx for $name {
            fn new(position: usize) -> Self { Self(u32::try_from(position).expect("fewer than 2^32 items")) }
            fn position(self) -> usize { self.0 as usize }
        }
    )*};
}

indices! {
    /// A node (place) of the study.
    NodeIdx,
    /// A node in a mode-state, or a node's centroid: where links of the graph meet.
    StateIdx,
    /// A directed link of the state-expanded graph.
    LinkIdx,
    /// A physical link: a row of `link.csv`, used in one or both directions and by several mode-states.
    AssetIdx,
    /// A border crossing point.
    CrossingIdx,
    /// A terminal: port, gauge change, rail-road terminal.
    TerminalIdx,
    /// A territory.
    TerritoryIdx,
    /// A sovereign country.
    CountryIdx,
    /// An actor.
    ActorIdx,
    /// A user class.
    ClassIdx,
    /// A distinct set of costs and permits of links.
    FieldIdx,
    /// A part of a route between two events, used by many routes.
    PieceIdx,
    /// An origin-destination pair of a route set.
    EntryIdx,
    /// A route of a route set.
    RouteIdx,
}

/// A vector indexed by one kind of index only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdxVec<I, T> {
    items: Vec<T>,
    index: PhantomData<I>,
}

impl<I: Idx, T> IdxVec<I, T> {
    /// Wraps a vector.
    pub fn new(items: Vec<T>) -> Self {
        Self { items, index: PhantomData }
    }
    /// Number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    /// Items in index order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
    /// Indices and items in order.
    pub fn enumerate(&self) -> impl Iterator<Item = (I, &T)> {
        self.items.iter().enumerate().map(|(at, item)| (I::new(at), item))
    }
    /// All indices in order.
    pub fn indices(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::new)
    }
    /// The items as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.items
    }
    /// Adds an item and returns its index.
    pub fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::new(self.items.len() - 1)
    }
}

impl<'v, I: Idx, T> IntoIterator for &'v IdxVec<I, T> {
    type Item = &'v T;
    type IntoIter = std::slice::Iter<'v, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<I: Idx, T> Default for IdxVec<I, T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<I: Idx, T> FromIterator<T> for IdxVec<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(items: It) -> Self {
        Self::new(items.into_iter().collect())
    }
}

impl<I: Idx, T> Index<I> for IdxVec<I, T> {
    type Output = T;
    fn index(&self, index: I) -> &T {
        &self.items[index.position()]
    }
}

impl<I: Idx, T> IndexMut<I> for IdxVec<I, T> {
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.items[index.position()]
    }
}

/// A set of indices, one bit each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BitSet<I> {
    words: Vec<u64>,
    index: PhantomData<I>,
}

impl<I: Idx> BitSet<I> {
    /// The empty set over `n` indices.
    pub fn empty(n: usize) -> Self {
        Self { words: vec![0; n.div_ceil(64)], index: PhantomData }
    }
    /// Adds an index.
    pub fn insert(&mut self, index: I) {
        self.words[index.position() / 64] |= 1 << (index.position() % 64);
    }
    /// Removes an index.
    pub fn remove(&mut self, index: I) {
        self.words[index.position() / 64] &= !(1 << (index.position() % 64));
    }
    /// Whether the index is in the set.
    pub fn contains(&self, index: I) -> bool {
        self.words[index.position() / 64] >> (index.position() % 64) & 1 == 1
    }
    /// Number of members.
    pub fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bit_set_holds_what_was_put_in() {
        let mut set = BitSet::empty(130);
        set.insert(LinkIdx(0));
        set.insert(LinkIdx(129));
        set.insert(LinkIdx(64));
        set.remove(LinkIdx(64));
        assert!(set.contains(LinkIdx(0)) && set.contains(LinkIdx(129)) && !set.contains(LinkIdx(64)));
        assert_eq!(set.count(), 2);
    }
}
