// What scripts add to pages that work without them: focus on the list of errors, one sending per press of a button, the
// menu on a narrow screen, answers that open further questions, a password that can be shown.
import {
  Button, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink, createAll,
} from "govuk-frontend";

createAll(Button, { preventDoubleClick: true });
for (const component of [
  Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, ServiceNavigation, SkipLink,
]) {
  createAll(component);
}
