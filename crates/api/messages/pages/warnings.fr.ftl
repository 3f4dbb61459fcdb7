# Avertissements qui disent sur quoi ils reposent, et ceux qui s’ajoutent au fichier principal.

flag-no_date_by_rule = La date est dite calculée selon la règle de l’accord, mais la règle, ou les faits qu’elle demande, ne sont pas inscrits.
flag-entry_already_recorded = L’entrée en vigueur définitive a été inscrite avant cette application provisoire.
warning-compared = { $sentence } Comparé avec { $streams }.
warning-late = { $sentence } Jours écoulés jusqu’à l’inscription : { $days }.
flag-agreement_has_ended = Cela eut lieu après la fin de l’accord, et rien ne dit que cet engagement continue.
