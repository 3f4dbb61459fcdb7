# Әр беттің айналасындағы сөздер: шарлау, хабарландырулар, беттің соңы; күндердің айтылуы.

nav-label = Беттер
nav-skip = Мазмұнға өту
nav-dashboard = Шолу
nav-work = Менің жұмысым
nav-agreements = Келісімдер
nav-commitments = Міндеттемелер
nav-overdue = Мерзімі өткен
nav-parties = Тараптар
nav-packages = Пакеттер
nav-analysis = Талдау
nav-data = Деректер
nav-search = Іздеу
nav-as-of = Басқа күнді қарау
nav-user = { $user } ретінде кірдіңіз

past-title = Өткен кез
past-as-of = Сіз { $date } күнгі жағдайды қарап отырсыз. Бұл жерде ештеңе жазылмайды.
past-known-at = Сіз { $date } күнгі жағдайды { $position }-жазба кезінде белгілі болған түрінде қарап отырсыз. Бұл жерде ештеңе жазылмайды.
past-known-at-time = Сіз { $date } күнгі жағдайды { $time } сәтінде белгілі болған түрінде қарап отырсыз. Бұл жерде ештеңе жазылмайды.
past-back = Бүгінге оралу

footer-label = Осы қызмет туралы
footer-help = Анықтама және сөздік
footer-accessibility = Қолжетімділік
footer-licences = Қаріптер мен құрамдас бөліктердің лицензиялары

date-quarter = { $year } жылғы { $quarter }-тоқсан
date-about = шамамен { $date }

form-error-prefix = Қате:
form-problem = Түзетуді қажет ететін жер бар
form-continue = Жалғастыру
form-check = Жауаптарыңызды тексеріңіз
form-change = Өзгерту
form-closed-past = Өткен кезді қарап отырғанда ештеңе жазылмайды. Алдымен бүгінге оралыңыз.
