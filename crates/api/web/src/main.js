// What scripts add to pages that work without them: focus on the list of errors, one sending per press of a button, the
// menu on a narrow screen, answers that open further questions, a password that can be shown.
import {
  Button, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink, createAll,
} from "govuk-frontend";
import "./as-of.js";
import "./live.js";

createAll(Button, { preventDoubleClick: true });
for (const component of [
  Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink,
]) {
  createAll(component);
}

// Says five minutes before the end of a session that it ends, without taking the focus, and extends it without leaving the
// page. Without scripts the button does the same by a form.
const session = document.querySelector(".app-session");
const notice = document.querySelector(".app-session__soon");
if (session && notice) {
  const warn = (end) => {
    const left = end - Date.now() - 5 * 60 * 1000;
    return setTimeout(() => { notice.textContent = notice.dataset.text; }, Math.max(left, 0));
  };
  let timer = warn(Date.parse(session.dataset.endsAt));
  session.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(session.action, { method: "POST", redirect: "manual" }).catch(() => null);
    if (!answer || (answer.type !== "opaqueredirect" && !answer.ok)) {
      session.submit();
      return;
    }
    clearTimeout(timer);
    timer = warn(Date.now() + 60 * 60 * 1000);
    notice.textContent = notice.dataset.done;
  });
}
