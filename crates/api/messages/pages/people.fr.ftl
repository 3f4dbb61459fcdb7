# Personnes, sessions, validation, gestion des comptes, mon travail.

nav-review = Validation
nav-account = Mon compte
nav-admin = Gestion des comptes
nav-sign-out = Se déconnecter
nav-session-ends = Votre session prend fin le { $at } si vous ne faites rien.
nav-session-extend = La prolonger
nav-session-soon = Votre session va prendre fin. Prolongez-la pour garder ce que vous avez saisi.
nav-session-extended = Votre session continue.
people-sign-in = Se connecter
people-sign-in-help = Si vous n’avez pas de compte ou avez oublié votre mot de passe, adressez-vous à l’administrateur de ce registre.
people-user = Nom d’utilisateur
people-user-hint = Un pseudonyme qui restera dans les inscriptions : a à z, chiffres, « - » et « _ ».
people-password = Mot de passe
people-name = Nom
people-name-hint = Pour les administrateurs seulement ; il ne figure nulle part dans le journal.
people-party = Partie
people-no-party = aucune partie
people-role = Rôle
people-lang = Langue
people-lang-any = celle du navigateur
people-since = Depuis
people-state = État
role-reader = Lecteur
role-reader-about = Lit.
role-recorder = Rédacteur
role-recorder-about = Inscrit ou propose des déclarations de sa partie.
role-reviewer = Valideur
role-reviewer-about = Inscrit aussi, et décide de ce que d’autres de sa partie proposent.
role-verifier = Vérificateur
role-verifier-about = Inscrit des vérifications, des évaluations et des justificatifs, rien d’autre.
role-administrator = Administrateur
role-administrator-about = Gère les comptes et peut inscrire pour toute partie ; n’approuve jamais sa propre proposition.
scope-read = Lecture
scope-record = Inscription pour ma partie
scope-admin = Inscription pour toute partie
account-title = Mon compte
account-session = Session en cours
account-session-ends = Elle prend fin le { $at } dans tous les cas.
password-title = Changer mon mot de passe
password-temporary = Ce mot de passe vous a été donné par quelqu’un d’autre. Choisissez-en un à vous avant de continuer.
password-present = Mot de passe actuel
password-new = Nouveau mot de passe
password-again = Nouveau mot de passe, encore une fois
password-hint = Au moins 12 caractères. Quelques mots que vous retenez ensemble conviennent.
password-submit = Changer
token-title = Jetons d’accès
token-about = Avec un jeton, un programme à vous interroge l’interface en votre nom. Il ne permet jamais plus que votre rôle.
token-made = Voici votre nouveau jeton. Copiez-le maintenant : il n’est montré que cette fois.
token-label = À quoi il sert
token-label-hint = Par exemple « rapport mensuel ».
token-scope = Ce qu’il permet
token-since = Créé
token-state = État
token-good = valable jusqu’à sa révocation
token-good-until = valable jusqu’au { $date }
token-expired = expiré le { $date }
token-revoked = révoqué le { $date }
token-good-for = Durée de validité
token-new = Un nouveau jeton
token-make = Créer un jeton
token-revoke = Révoquer
token-revoke-one = Révoquer le jeton { $id }
admin-users = Utilisateurs
admin-new = Un nouveau compte
admin-create = Ouvrir le compte
admin-save-role = Enregistrer rôle et partie
admin-more = Mot de passe et compte
admin-ends-sessions = Chacun de ces changements met fin aux sessions de cette personne.
admin-reset = Créer un nouveau mot de passe
admin-close = Fermer le compte
admin-open = Rouvrir le compte
admin-password-made = Transmettez ce mot de passe à la personne. Il n’est montré que cette fois et doit être changé à la première connexion.
admin-audit = Liste de contrôle
admin-status = État du registre
user-active = actif
user-closed = fermé
user-no-password = sans mot de passe
user-new-password = doit changer le mot de passe
audit-about = Ce qu’ont fait les titulaires de comptes, et chaque tentative refusée. Le réseau est conservé, pas l’adresse.
audit-all = Tout montrer
audit-only-refused = Montrer les tentatives refusées seulement
audit-empty = Rien n’a encore été noté.
audit-newer = Plus récents
audit-older = Plus anciens
audit-at = Quand
audit-deed = Ce qui a été fait
audit-who = Qui
audit-what = À propos de
audit-why = Motif du refus
audit-network = Réseau
deed-signed_in = connexion
deed-sign_in_refused = connexion refusée
deed-signed_out = déconnexion
deed-refused = tentative refusée
deed-user_created = compte ouvert
deed-user_disabled = compte fermé
deed-user_enabled = compte rouvert
deed-role_changed = rôle changé
deed-password_reset = nouveau mot de passe créé
deed-password_changed = mot de passe changé
deed-token_created = jeton créé
deed-token_revoked = jeton révoqué
deed-proposed = proposé
deed-approved = approuvé
deed-returned = renvoyé
deed-withdrawn = retiré
deed-went_stale = devenu caduc
status-ledger = Registre
status-head = Inscriptions
status-read-model = Inscriptions que montrent les pages
status-lag = Inscriptions en route vers les pages
status-trouble = Ce qui gêne
status-none = rien
status-four-eyes = Double contrôle
status-four-eyes-on = en vigueur
status-four-eyes-off = pas en vigueur
status-key = Clé publique du journal
status-bus = Publié jusqu’à l’inscription
status-checkpoint = Dernier point de contrôle
status-no-checkpoint = Ce journal n’a pas encore de point de contrôle.
review-off = Ce registre ne demande qu’une personne. Ce qui a été proposé quand il en demandait deux attend encore ici.
review-mine = À vous de décider
review-returned = Renvoyé vers vous
review-waiting = Proposé par vous, en attente d’une autre personne
review-nothing = Rien pour le moment.
review-by = Proposé par { $by }, { $at }
review-reason = Motif du renvoi
review-stale = L’objet a changé depuis la proposition. Si vous approuvez, rien n’est inscrit et son auteur en est averti.
review-changes = Ce qui serait rectifié
review-field = Champ
review-before = Avant
review-after = Après
review-data = Ce qui serait inscrit
review-evidence = Justificatifs
review-no-evidence = Aucun document ne l’appuie.
review-decide = Votre décision
review-approve = Approuver : c’est inscrit
review-return = Renvoyer
review-return-reason = Ou le renvoyer : pourquoi ?
review-again = La proposer à nouveau, sur l’état présent
review-withdraw = Retirer cette proposition
review-own = Vous l’avez proposé. Une autre personne de votre partie décide.
review-not-yours = Un valideur ou un administrateur de cette partie décide.
proposal-open = attend une seconde personne
proposal-approving = en cours d’approbation ; approuvez de nouveau si cela dure
proposal-approved = inscrit
proposal-returned = renvoyée
proposal-stale = caduque
proposal-withdrawn = retirée
proposal-decided = par { $by }, le { $at }
review-in-place = Pour l’instant, vous décidez aussi à la place de { $giver }.
review-opened = Ouvert ici par { $who }, le { $at }.
review-unopened = Vous ne l’avez pas ouvert ici.
review-no-address = Il n’y a pas d’adresse à ouvrir.
review-unopened-some = Vous n’avez pas ouvert tous les documents. On sait seulement si un document a été ouvert ici ; nul ne peut savoir s’il a été lu.
delegation-title = Décider à la place d’un autre
delegation-about = Qui décide des propositions et s’absente confie cette tâche pour quelques jours à un collègue de la même partie. Le collègue ne décide jamais de ce que lui-même ou la personne remplacée a proposé. Chaque étape figure dans la liste de contrôle.
delegation-none = Rien n’a encore été confié.
delegation-giver = À la place de
delegation-taker = Qui décide
delegation-days = Jours
delegation-reason = Motif
delegation-reason-hint = Par exemple « en congé ».
delegation-state = État
delegation-holds = en vigueur
delegation-later = commence plus tard
delegation-over = terminé
delegation-ended = fin décidée par { $by }, le { $at }
delegation-made = saisi par { $by }, le { $at }
delegation-end = Y mettre fin
delegation-end-one = Mettre fin au remplacement par { $taker }
delegation-new = Confier la décision
delegation-choose = Choisissez une personne
delegation-from = Premier jour
delegation-until = Dernier jour
delegation-until-hint = { $days } jours en tout, au plus.
delegation-submit = Confier
delegation-nobody = Personne de votre partie ne peut prendre le relais : il faut un rédacteur qui a un mot de passe.
deed-handed_over = validation confiée
deed-taken_back = validation reprise
deed-evidence_opened = document ouvert
webhook-title = Webhooks
webhook-about = Un webhook envoie les inscriptions à une adresse dès leur arrivée, l’une après l’autre, chacune signée. Ce qui n’est pas reçu est renvoyé, de plus en plus tard, et rien n’est omis. Après trois jours d’échecs, il est suspendu jusqu’à ce que quelqu’un le relance.
webhook-made = Voici le secret avec lequel le destinataire vérifie les signatures. Copiez-le maintenant : il n’est montré que cette fois.
webhook-label = À quoi il sert
webhook-label-hint = Par exemple « registre de l’autre partie ».
webhook-url = Adresse
webhook-url-hint = Elle commence par https://, sur un hôte que l’exploitant a autorisé.
webhook-families = Inscriptions sur
webhook-families-asked = Des inscriptions sur quoi ?
webhook-families-hint = Ne choisissez rien pour les envoyer toutes.
webhook-all-families = tout
webhook-position = Reçu jusqu’à l’inscription
webhook-state = État
webhook-good = tout a été reçu
webhook-behind = en route vers la dernière inscription
webhook-paused = suspendu
webhook-acts = Ce qu’on peut faire
webhook-pause = Le suspendre
webhook-resume = Le relancer
webhook-remove = Le supprimer
webhook-none = Il n’y a pas de webhook.
webhook-new = Un nouveau webhook
webhook-hosts = Hôtes autorisés par l’exploitant :
webhook-no-hosts = L’exploitant de ce registre n’a autorisé aucun hôte ; aucun webhook ne peut donc être créé. Le réglage webhooks.hosts les nomme. Le bus, le flux des inscriptions et le fil Atom fonctionnent sans lui.
webhook-start = À partir d’où ?
webhook-start-now = Ce qui est inscrit à partir de maintenant
webhook-start-first = Tout, depuis la première inscription
webhook-make = Créer le webhook
deed-webhook_made = webhook créé
deed-webhook_paused = webhook suspendu
deed-webhook_resumed = webhook relancé
deed-webhook_removed = webhook supprimé
work-party = Pour { $party }
work-no-party = Vous ne parlez pour aucune partie ; rien n’est donc dû de votre part.
work-cut = Votre partie a énormément d’engagements ; seuls les premiers ont été parcourus.
work-review = À valider par moi : { $count }
work-returned = Renvoyé vers moi : { $count }
work-overdue = En retard : { $count }
work-soon = Échéance dans 30 jours : { $count }
work-to-answer = Déclarations qui attendent la réponse de votre partie : { $count }
work-answered = Réponses de l’autre partie : { $count }
work-report = Rendre compte, ou expliquer le retard
work-silence = Le silence ne vaut jamais accord.
work-confirmed = confirmé
work-disputed = contesté
work-due = échéance : { $date }
work-first-due = première échéance : { $date }
stated-reason = Motif
stated-reported-by = Déclaré par
stated-achieved-on = Atteint le
stated-occurred-on = Quand cela a eu lieu
stated-effective-on = Prend effet le
stated-note = Remarque
stated-commitment-id = Engagement
stated-milestone-id = Jalon
stated-agreement-id = Accord
stated-package-id = Paquet
stated-amount = Montant
stated-due = Échéance
stated-titles = Titres
stated-names = Noms
stated-by-party = Par
stated-claim-event-id = Déclaration
stated-target-event-id = Inscription à rectifier
stated-stream = De quoi il s’agit
stated-error-kind = Type d’erreur
command-CorrectEntry = Rectification d’une inscription
command-RetractEntry = Retrait d’une inscription
command-AchieveMilestone = Jalon atteint
command-ConfirmClaim = Déclaration confirmée
command-DisputeClaim = Déclaration contestée
command-PlanMilestone = Jalon prévu
command-MakeCommitment = Engagement pris
command-RegisterAgreement = Accord enregistré
command-DisburseFunds = Fonds versés
token-days = { $days_form ->
    [one] { $days } jour
    [many] { $days } de jours
   *[other] { $days } jours
}
audit-times = { $times_form ->
    [one] { $times } fois en une minute
    [many] { $times } de fois dans la minute
   *[other] { $times } fois dans la minute
}
work-late = { $days_form ->
    [one] { $days } jour de retard
    [many] { $days } de jours de retard
   *[other] { $days } jours de retard
}
work-left = { $days_form ->
    [one] reste { $days } jour
    [many] restent { $days } de jours
   *[other] restent { $days } jours
}
webhook-failing = { $times_form ->
    [one] { $times } tentative échouée depuis le { $at }
    [many] { $times } de tentatives échouées depuis le { $at }
   *[other] { $times } tentatives échouées depuis le { $at }
}
work-waits = { $days_form ->
    [one] attend depuis { $days } jour
    [many] attend depuis { $days } de jours
   *[other] attend depuis { $days } jours
}
review-title = { $count_form ->
    [one] { $count } proposition à valider
    [many] { $count } de propositions à valider
   *[other] { $count } propositions à valider
}
