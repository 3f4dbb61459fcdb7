# Les pages de ceux qui lisent : listes, une chose, historique, chiffres, recherche.

head-titles = Titre
head-names = Noms
head-agreement = Accord
head-commitment = Engagement
head-prospect = Projet à l’étude, non promis
head-package = Paquet
head-packages = Paquets dont il fait partie
head-party = Partie
head-parties = Parties
head-parent = Fait partie de
head-merged = A repris
head-country = Pays
head-kind = Nature
head-status = État
head-signed = Signé le
head-signatures = Signatures
head-class = Classe
head-effect = Portée juridique
head-in-force = En vigueur depuis le
head-ended = Fin
head-announced = Annoncé le
head-occasion = Occasion
head-statement = Ce qui a été promis
head-first-statement = Promesse d’origine
head-obligors = Qui doit exécuter
head-beneficiaries = Pour qui
head-amount = Montant
head-made = Pris le
head-planned-end = Fin prévue
head-condition = Condition
head-suspended = Suspendu depuis le
head-verifiable = Vérifiable ?
head-next-due = Prochaine échéance
head-achieved = Jalons atteints
head-achieved-on = Atteint le
head-claim = Déclaration
head-answers = Réponses
head-document = Document
head-address = Adresse
head-hash = Empreinte (SHA-256)
head-what = Quoi
head-date = Date
head-occurred = Survenu le
head-recorded-by = Inscrit par
head-proposed-by = Proposé par
head-reason = Pourquoi
head-note = Remarque
head-corrected = Rectifié

list-agreements = { $n_form ->
    [one] { $n } accord
    [many] { $n } d’accords
   *[other] { $n } accords
}
list-commitments = { $n_form ->
    [one] { $n } engagement
    [many] { $n } d’engagements
   *[other] { $n } engagements
}
list-packages = { $n_form ->
    [one] { $n } paquet
    [many] { $n } de paquets
   *[other] { $n } paquets
}
list-parties = { $n_form ->
    [one] { $n } partie
    [many] { $n } de parties
   *[other] { $n } parties
}
list-indicators = { $n_form ->
    [one] { $n } indicateur
    [many] { $n } d’indicateurs
   *[other] { $n } indicateurs
}
list-overdue = { $n_form ->
    [one] { $n } jalon en retard
    [many] { $n } de jalons en retard
   *[other] { $n } jalons en retard
}
list-more-than = Plus de { $count }
list-none = Rien n’a été trouvé. Retirez un filtre ou regardez une autre date.
list-first = Première page
list-apply = Appliquer le filtre
filter-words = Mots dans le texte
filter-party = Partie
filter-agreement = Accord
filter-package = Paquet
filter-all = Tout
filter-cut = Sur un grand nombre, seuls les { $n } premiers sont proposés. La page de tout autre mène à ce qui s’y rattache.
overdue-meaning = Non atteint, et le dernier jour de l’échéance est passé. La première date reste à côté de celle qui vaut maintenant.

section-figures = Chiffres
section-milestones = Jalons
section-claims = Déclarations et réponses
section-documents = Documents joints
section-money = Argent
section-data = Ce qui a été inscrit
section-bytes = Octets exacts
section-more = Pour aller plus loin
link-history = Historique : toutes les inscriptions, rectifications comprises
link-json = Les mêmes données en JSON
link-its-agreements = Ses accords
link-its-commitments = Ses engagements
link-its-overdue = Ce qui est en retard
as-known = État au { $date }, tel que connu à l’inscription { $position }.
as-of-meaning = La première date demande ce qui était à un jour donné. La seconde demande ce que le registre savait : laissez-la vide pour utiliser tout ce qui a été inscrit depuis.
as-of-slider = Faites glisser jusqu’à un jour
as-of-often = Souvent demandé

commitments-none = Aucun engagement n’est encore inscrit ici.
commitments-first = Les { $shown } premiers sur { $n } sont affichés.
amount-unknown = non indiqué
not-verifiable = Personne ne pourrait vérifier s’il est tenu ; il est mis à part dans tous les chiffres.
milestones-none = Aucun jalon n’est inscrit. Cela ne veut pas dire que rien n’a été fait.
milestones-achieved = Atteints : { $of }.
milestone-moved = { $n_form ->
    [one] déplacé une fois
    [many] déplacé { $n } de fois
   *[other] déplacé { $n } fois
}
claims-silence = Le silence ne vaut pas accord : une déclaration sans réponse reste déclarée, non confirmée.
answer-confirms = { $party } est d’accord
answer-disputes = { $party } conteste
answer-verified = vérifié par { $party }
answer-none = Personne n’a répondu.
documents-about = Le registre garde l’adresse et l’empreinte, et n’ouvre jamais un document. Qu’un document soit devenu introuvable n’est indiqué ici que si quelqu’un l’a inscrit ; pour les autres, on ne le sait pas.
document-unavailable = Introuvable le { $date }
money-owed = Engagé fermement
money-planned = Versement prévu
money-paid = Versé
money-returned = Rendu

agreement-registered = enregistré
agreement-signed = signé
agreement-provisionally_applied = appliqué à titre provisoire
agreement-in_force = en vigueur
agreement-suspended = suspendu
agreement-ended = terminé
standing-open = en cours
standing-overdue = en retard
standing-missed = manqué
standing-suspended = suspendu
standing-fulfilled = tenu
standing-cancelled_mutually = abandonné d’un commun accord
standing-cancelled_unilaterally = abandonné par une partie
standing-split = divisé
standing-prospect = à l’étude
milestone-achieved_on_time = atteint à temps
milestone-achieved_late = atteint en retard
milestone-achieved_timeliness_unknown = atteint, à temps ou non : inconnu
milestone-overdue = en retard
milestone-in_due_window = échéance en cours
milestone-at_risk = à risque
milestone-scheduled = à venir
milestone-unscheduled = sans date
milestone-missed = manqué
milestone-cancelled = abandonné
claim-claimed = déclaré
claim-confirmed = confirmé
claim-verified = vérifié
claim-disputed = contesté
claim-rejected = rejeté
condition-open = pas encore remplie
condition-satisfied = remplie
condition-waived = levée
instrument-treaty = Traité
instrument-agreement = Accord
instrument-arrangement = Arrangement
instrument-memorandum = Mémorandum
instrument-protocol = Protocole
instrument-exchange_of_notes = Échange de notes
instrument-declaration = Déclaration
instrument-contract = Contrat
instrument-programme = Programme de coopération
instrument-unknown = Document de nature inconnue
effect-binding = contraignant
effect-political = politique
effect-contractual = contractuel
effect-unknown = inconnue
party-state = État
party-government_body = Organisme public
party-company = Entreprise
party-university = Université
party-io = Organisation internationale
family-party = Partie
family-package = Paquet
family-agreement = Accord
family-commitment = Engagement ou projet à l’étude
family-indicator = Indicateur
indicator-rate = Taux de change { $base } – { $quote }
indicator-rate-value = 1 { $base } = { $rate } { $quote }
indicator-values = Valeurs
indicator-values-none = Aucune valeur n’est encore inscrite.
indicator-context = Un indicateur montre le contexte des engagements. Il ne compte jamais comme un engagement tenu.
indicator-unit = Unité
indicator-direction = Sens favorable
indicator-sums = Les valeurs peuvent-elles être additionnées
indicator-sums-yes = oui
indicator-sums-no = non
indicator-all = Tous les indicateurs
direction-up = à la hausse
direction-down = à la baisse
direction-none = aucun
family-ledger = Le registre lui-même

figure-of = { $part } sur { $whole }
figure-completion = Réalisation
figure-completion-mean = Réalisation moyenne
figure-partial = Avec ce qui est déclaré fait
figure-on-time = Atteint à temps
figure-verified = Confirmé par une autre partie
figure-disputed = Contesté
figure-honoured = Engagements tenus
figure-cancelled = Abandonné
figure-slippage = Jours de retard, valeur médiane, par rapport à la première date
figure-freshness = Jours depuis le dernier rapport
figure-committed = Engagé fermement
figure-disbursed = Versé
figure-returned = Rendu
figure-delivered = Part versée de l’engagé
figures-stand-on = { $n_form ->
    [one] { $measurable } mesurable sur { $n } engagement.
    [many] { $measurable } mesurables sur { $n } d’engagements.
   *[other] { $measurable } mesurables sur { $n } engagements.
}
figures-unverifiable = { $n_form ->
    [one] { $n } n’est vérifiable par personne et est mis à part.
    [many] { $n } d’engagements ne sont vérifiables par personne et sont mis à part.
   *[other] { $n } ne sont vérifiables par personne et sont mis à part.
}
figures-money-elsewhere = L’argent est celui des engagements qui comptent seuls. L’argent compris dans d’autres montants, et le tout dans une devise, n’est pas montré ici ; les chiffres complets le donnent : { $path }
figures-prospects = { $n_form ->
    [one] { $n } projet à l’étude n’est pas compté comme promis.
    [many] { $n } de projets à l’étude ne sont pas comptés comme promis.
   *[other] { $n } projets à l’étude ne sont pas comptés comme promis.
}
explain-value = Valeur exacte
explain-meaning = Ce que c’est
explain-input-numerator = Partie comptée
explain-input-denominator = Ensemble
explain-input-timeliness-unknown = Respect du délai inconnu
explain-input-equal-weights = Poids égaux
explain-input-last-report = Dernier rapport
explain-input-unconverted = Paiements sans taux
explain-input-horizon-days = Jours à venir comptés comme proches
explain-input-last-day = Dernier jour
explain-input-owed-without-rate = Dettes sans taux
explain-input-scored = Avec une note
explain-input-substantial-from = Compte comme substantiel à partir de
explain-input-tolerance = Écart admis
explain-input-start = Début
explain-input-overdue = En retard
explain-input-missed = Manqués
explain-input-cancelled-unilaterally = Abandonnés par une partie
explain-input-milestones = Jalons
explain-input-due = Par rapport à
explain-input-due-current = l’échéance actuelle
explain-input-due-baseline-0 = la première échéance
explain-formula = Formule
explain-entries = { $n_form ->
    [one] Repose sur { $n } inscription
    [many] Repose sur { $n } d’inscriptions
   *[other] Repose sur { $n } inscriptions
}
explain-first = Les { $n } premières sont listées ; l’interface les nomme toutes.
explain-again = À partir de ces seules inscriptions, le chiffre peut être recalculé.
formula-elsewhere = Le calcul est décrit sous ce nom dans la description des chiffres.

search-title = Chercher dans le registre
search-label = Mots à chercher
search-hint = Dans toutes les langues ; les parties de mots sont aussi trouvées.
search-found = { $n_form ->
    [one] { $n } texte avec « { $words } »
    [many] { $n } de textes avec « { $words } »
   *[other] { $n } textes avec « { $words } »
}
search-none = Rien n’a été trouvé. Essayez moins de mots, ou une partie d’un mot.
search-narrower = Il y en a davantage ; ajoutez un mot pour en trouver moins.

history-title = Historique : { $stream }
entry-title = Inscription { $position }
entry-just-after = L’état juste après l’inscription { $position }
entry-json = L’inscription { $position } en JSON
entry-proof = Preuve de l’inscription { $position }
entry-bytes = Ces octets sont la feuille de l’arbre ; leur empreinte est celle ci-dessus.
corrected-from-to = « { $old } » est devenu « { $new } »

entries-title = Dernières inscriptions
entries-lead = Ce qui a été inscrit, du plus récent au plus ancien, par jour (UTC). Chaque jour commence par le nombre d’inscriptions affichées de chaque sorte.
entries-families = Seulement les inscriptions sur
entries-none = Aucune inscription ne répond ici à ce filtre. Retirez un choix ou regardez des inscriptions plus anciennes.
entries-newest = Les plus récentes
entries-older = Plus anciennes
