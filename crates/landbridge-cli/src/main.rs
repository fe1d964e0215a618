//! The `landbridge` command: arguments in, results out, exit codes that scripts can trust.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 done; 1 failed, or a check that the
//! user asked for does not hold; 2 wrong usage; 3 invalid input; 4 not converged, results written and marked.

mod args;
mod certificate;
mod commands;
mod diagnostics;
mod input;
mod output;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match &args.command {
        Command::Run(run) => commands::run::run(run),
        Command::Check(check) => commands::check::run(check),
        Command::Route(route) => commands::route::run(route),
        Command::Validate(validate) => commands::validate::run(validate),
        Command::Show(show) => commands::show::run(show),
        Command::Agreement(agreement) => commands::agreement::run(agreement),
        Command::Compare(compare) => commands::compare::run(compare),
        Command::Claims(claims) => commands::claims::run(claims),
        Command::Control(control) => commands::control::run(control),
        Command::Demand(demand) => commands::demand::run(demand),
        Command::Users(users) => commands::users::run(users),
        Command::Calibrate(calibrate) => commands::calibrate::run(calibrate),
        Command::Bargain(bargain) => commands::bargain::run(bargain),
        Command::Stability(stability) => commands::stability::run(stability),
        Command::Revenue(revenue) => commands::revenue::run(revenue),
        Command::Interruptions(interruptions) => commands::interruptions::run(interruptions),
        Command::Bottlenecks(bottlenecks) => commands::bottlenecks::run(bottlenecks),
        Command::Leverage(leverage) => commands::leverage::run(leverage),
        Command::Welfare(welfare) => commands::welfare::run(welfare),
        Command::Trade(trade) => commands::trade::run(trade),
        Command::Regimes(regimes) => commands::regimes::run(regimes),
        Command::New(new) => commands::new::run(new),
    };
    match result {
        Ok(code) => code,
        Err(error) => error.report(),
    }
}
