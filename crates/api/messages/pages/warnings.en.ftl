# Warnings that name what they rest on, and those beside the ones in the main file.

flag-no_date_by_rule = The date is said to be computed by the rule of the agreement, but the rule, or the facts that it asks for, are not recorded.
flag-entry_already_recorded = The definitive entry into force was recorded before this provisional application.
warning-compared = { $sentence } It was compared with { $streams }.
warning-late = { $sentence } Days from then to the entry: { $days }.
flag-agreement_has_ended = It was so after the agreement had ended, and nothing says that this commitment goes on.
