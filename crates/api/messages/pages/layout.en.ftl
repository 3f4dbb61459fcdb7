# What stands around every page: navigation, banners, footer; and how dates are said.

nav-label = Pages
nav-skip = Skip to the content
nav-dashboard = Dashboard
nav-work = My work
nav-agreements = Agreements
nav-commitments = Commitments
nav-overdue = Overdue
nav-parties = Parties
nav-packages = Packages
nav-data = Data
nav-search = Search
nav-as-of = Look at another date
nav-user = Signed in as { $user }

past-title = The past
past-as-of = You are looking at what was so by { $date }. Nothing can be recorded here.
past-known-at = You are looking at what was so by { $date }, as it was known at entry { $position }. Nothing can be recorded here.
past-known-at-time = You are looking at what was so by { $date }, as it was known on { $time }. Nothing can be recorded here.
past-back = Back to today

footer-label = About this service
footer-help = Help and glossary
footer-accessibility = Accessibility
footer-licences = Licences of the letters and components

date-quarter = quarter { $quarter } of { $year }
date-about = about { $date }

form-error-prefix = Error:
form-problem = There is a problem
form-continue = Continue
form-check = Check your answers
form-change = Change
form-closed-past = Nothing can be recorded while you look at the past. Go back to today first.
