//! The contract that every store keeps: one suite of tests, run for each of them without exception.
//!
//! A further store joins with a line in [`Place`](kit::Place) and a line at the end of this file. What only files can
//! do is tested in `sqlite.rs`, what only several nodes can do in `nodes.rs`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the helpers of a test fail as the test does, by panicking"
)]
#[path = "contract/bulk.rs"]
mod bulk;
#[path = "contract/command.rs"]
mod command;
#[path = "contract/jetstream.rs"]
mod jetstream_kit;
#[path = "contract/kit.rs"]
mod kit;
#[path = "../../../tests/support/nats.rs"]
#[expect(dead_code, unreachable_pub, reason = "the server is made for the tests of the bus too")]
mod nats;
#[path = "contract/order.rs"]
mod order;
#[path = "contract/race.rs"]
mod race;
#[path = "contract/transfer.rs"]
mod transfer;

/// What the server for tests asks of the crate it is part of.
mod repository {
    pub(crate) fn root() -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }
}

macro_rules! contract {
    ($($part:ident { $($name:ident,)* })*) => {
        mod memory {
            $(mod $part {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $name() {
                    crate::$part::$name(crate::kit::Place::Memory).await;
                }
            )*})*
        }
        mod sqlite {
            $(mod $part {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $name() {
                    crate::$part::$name(crate::kit::Place::sqlite()).await;
                }
            )*})*
        }
        mod jetstream {
            $(mod $part {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $name() {
                    // Where no server is new enough, that was said.
                    if let Some(place) = crate::jetstream_kit::place() {
                        crate::$part::$name(place).await;
                    }
                }
            )*})*
        }
    };
}

contract! {
    order {
        an_empty_log_has_nothing_to_read,
        positions_and_revisions_count_without_gaps_and_the_head_is_the_last,
        reading_begins_behind_a_position_and_ends_at_the_limit,
        times_rise_strictly_though_the_clock_stands_still_or_goes_back,
        the_position_of_a_moment_is_the_last_one_recorded_by_then,
        the_bytes_are_canonical,
        a_history_is_the_fold_of_its_stream_and_as_new_as_the_last_answer,
        a_history_longer_than_the_memory_for_histories_is_read_anew,
    }
    command {
        an_expected_revision_must_be_the_streams,
        a_repeated_command_gets_the_first_answer_whatever_came_after,
        a_command_id_belongs_to_one_command,
        a_command_without_an_id_gets_one_of_its_own,
        what_is_already_so_or_refused_changes_nothing,
        an_entry_longer_than_an_entry_may_be_is_refused,
        all_events_of_a_command_stand_together,
        a_unique_key_has_one_holder_until_it_is_freed,
        a_rehearsal_says_what_would_be_recorded_and_appends_nothing,
        commands_rehearsed_in_a_row_see_each_other_and_are_recorded_as_foreseen,
        a_closed_log_says_that_it_is_closed,
    }
    race {
        a_race_for_a_revision_has_exactly_one_winner,
        writers_who_expect_no_revision_all_get_their_turn,
        the_same_command_sent_many_times_at_once_is_recorded_once,
        different_commands_racing_for_one_id_have_one_winner,
        parties_racing_for_one_identifier_have_one_winner,
        every_decision_holds_at_its_place_in_the_log,
        followers_see_every_entry_once_and_in_order_while_writers_write,
        a_follower_at_the_end_waits_and_may_be_stopped_at_any_time,
        what_was_answered_as_busy_was_not_recorded_and_may_be_sent_again,
    }
    bulk {
        a_bulk_records_and_answers_the_same_as_one_by_one,
        a_bulk_sent_again_adds_nothing,
        a_bulk_goes_on_rightly_when_others_write_into_the_same_streams,
        a_refusal_on_what_did_not_come_is_decided_again,
        a_bulk_on_a_closed_log_says_so_for_every_command,
    }
    transfer {
        an_export_taken_over_gives_the_same_bytes_and_the_same_root,
        a_log_taken_over_goes_on_as_if_it_had_been_written_there,
        taking_over_again_appends_only_what_is_new,
        a_log_that_holds_something_else_is_left_alone,
        an_export_that_is_not_whole_is_refused_before_anything_is_appended,
        exact_entries_must_continue_the_log_and_come_all_or_none,
        an_empty_log_goes_out_and_in_too,
    }
}
