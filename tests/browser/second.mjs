// What flows with a second person share: the two of one side with one of the other, and the buttons of a decision.
// Deliberately absent: what is proposed, see flows/eyes.mjs and flows/tables.mjs.
import { leave, person, signIn } from "./kit.mjs";

export const approving = "form[action$='/approve'] button";
export const returning = "form[action$='/return'] button";

// Recorder and reviewer of one side and the reviewer of the other, signed in. Gives them in this order, with a way to
// let them all go.
export async function sides(people, scripts, [ours, theirs], [recorders, reviewers]) {
  const seats = [
    ["recorder", recorders, `${ours}-recorder`],
    ["reviewer", reviewers, `${ours}-reviewer`],
    ["other side", "en", `${theirs}-reviewer`],
  ];
  const all = [];
  for (const [name, language, user] of seats) {
    const somebody = await person(name, language, scripts);
    await signIn(somebody, user, people[user]);
    all.push(somebody);
  }
  const away = async () => {
    for (const somebody of all) await leave(somebody);
  };
  return [...all, away];
}
