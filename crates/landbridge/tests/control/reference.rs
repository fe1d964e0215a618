//! The reference games of `data`.

use landbridge::control::{Coalition, Game};

pub struct Reference {
    pub name: String,
    pub game: Game,
    pub shapley: Vec<f64>,
    pub banzhaf: Vec<f64>,
    pub nucleolus: Option<Vec<f64>>,
    pub epsilon: Option<f64>,
    pub is_core_empty: Option<bool>,
    pub blocs: Vec<Coalition>,
    pub owen: Option<Vec<f64>>,
}

type Row = csv::StringRecord;

fn rows(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect()
}

/// All of them.
pub fn references() -> Vec<Reference> {
    let worth = rows(include_str!("data/worth.csv"));
    let values = rows(include_str!("data/values.csv"));
    let of_game = |row: &Row| {
        let name = &row[0];
        let actors: Vec<&str> = row[1].split(' ').collect();
        let set = |text: &str| {
            let position = |actor: &str| actors.iter().position(|name| *name == actor).unwrap();
            Coalition::of(text.split('+').map(position)).unwrap()
        };
        let mut list = vec![0.0; 1 << actors.len()];
        for row in worth.iter().filter(|row| &row[0] == name) {
            list[set(&row[1]).bits() as usize] = row[2].parse().unwrap();
        }
        let column = |at: usize| -> Option<Vec<f64>> {
            let rows = values.iter().filter(|row| &row[0] == name);
            rows.map(|row| row[at].parse().ok()).collect()
        };
        Reference {
            name: name.to_owned(),
            game: Game::new(actors.len(), list).unwrap(),
            shapley: column(2).unwrap(),
            banzhaf: column(3).unwrap(),
            nucleolus: column(4),
            epsilon: row[2].parse().ok(),
            is_core_empty: row[3].parse().ok(),
            blocs: row[4].split_whitespace().map(set).collect(),
            owen: column(5),
        }
    };
    let all: Vec<Reference> = rows(include_str!("data/games.csv")).iter().map(of_game).collect();
    assert_eq!(all.len(), 11);
    all
}

/// One of them.
pub fn reference(name: &str) -> Reference {
    references().into_iter().find(|reference| reference.name == name).unwrap()
}
