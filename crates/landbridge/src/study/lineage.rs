//! Which files make up a scenario.

use super::Study;

/// The files that make up a scenario in the order in which they are applied: what it extends and includes before its
/// own changes, each once.
///
/// # Errors
/// A scenario extends or includes itself, directly or through others: the one that is met again.
pub fn chain<'s>(study: &'s Study, id: &'s str) -> Result<Vec<&'s str>, String> {
    let mut done = Vec::new();
    visit(study, id, &mut Vec::new(), &mut done)?;
    Ok(done)
}

fn visit<'s>(
    study: &'s Study,
    id: &'s str,
    above: &mut Vec<&'s str>,
    done: &mut Vec<&'s str>,
) -> Result<(), String> {
    if above.contains(&id) {
        return Err(id.to_owned());
    }
    let Some(row) = study.scenarios.get(id).and_then(|file| file.row()) else { return Ok(()) };
    if done.contains(&id) {
        return Ok(());
    }
    above.push(id);
    for next in row.extends.iter().chain(&row.include) {
        visit(study, next, above, done)?;
    }
    above.pop();
    done.push(id);
    Ok(())
}
