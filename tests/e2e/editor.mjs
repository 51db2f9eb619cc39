// The keys and the screen of one VS Code window, as a person has them. Every wait is for something that is seen.
import path from 'node:path';
import { file } from '../../scripts/sample.mjs';

const seconds = 1000;
export const guard = 30 * seconds;

export class Editor {
  /** `pictures`: the folder that `moment` fills. */
  constructor(page, folder, emptyLine, pictures) {
    Object.assign(this, { page, folder, emptyLine, pictures });
    page.setDefaultTimeout(guard);
    this.editor = page.locator('.editor-instance .monaco-editor').first();
    this.ghost = this.editor.locator('.ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text');
    this.status = page.locator('.statusbar-item[id$="assistant.status"]');
  }

  /** The window is there. VS Code opens a folder that it sees for the first time in Restricted Mode. */
  async ready() {
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 2 * guard });
  }

  /** Trusts the folder, on the page that the Restricted Mode badge opens, and closes that page. */
  async trust() {
    await this.#restricted().click();
    await this.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await this.#restricted().waitFor({ state: 'detached' });
    await this.page.locator('.monaco-modal-editor-block').getByLabel(/^Close Modal Editor/).click();
    await this.page.locator('.monaco-modal-editor-block').waitFor({ state: 'hidden' });
  }

  /** Opens a file by its name. */
  async open(file) {
    await this.#pick('Control+p', file, file);
    await this.page.locator(`.tab.active[data-resource-name="${file}"]`).waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  /** Puts the caret at the beginning of a line, counted from 1. */
  async caretAt(line) {
    const box = await this.#openBox('Control+g');
    await box.fill(`:${line}:1`);
    await this.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** Opens the file with the empty line, the caret in it, and waits until the server has spoken: what is typed before is not answered. */
  async inEmptyLine() {
    await this.open(path.basename(file));
    await this.statusSays('level of');
    await this.caretAt(this.emptyLine);
  }

  /** Types as a person does: key by key. `delay` in ms. */
  type(text, delay = 30) {
    return this.page.keyboard.type(text, { delay });
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  /** Runs a command of the palette by its title. */
  async command(title) {
    await this.#pick('F1', `>${title}`, title);
  }

  /** Runs a command that lets one choose from a list, and returns the list's rows (label, description, detail) when it is there. */
  async commandList(title, placeHolder) {
    await this.#enter('F1', `>${title}`, title);
    await this.page.locator(`.quick-input-widget input[placeholder^="${placeHolder}"]`).waitFor();
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await this.sees('rows in the list', async () => await rows.count() > 0);
    return rows.evaluateAll(all => all.map(row => row.getAttribute('aria-label')));
  }

  /** Runs a command that asks for a text, and answers it. */
  async commandBox(title, placeHolder, answer) {
    await this.#enter('F1', `>${title}`, title);
    const box = this.page.locator(`.quick-input-widget input[placeholder^="${placeHolder}"]`);
    await box.fill(answer);
    await this.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** Takes the row that holds `text` from the list that is open. */
  async choose(text) {
    const box = this.page.locator('.quick-input-widget .quick-input-box input.input').first();
    await box.fill(text);
    await this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: text }).waitFor();
    await this.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** As `choose`, where another question follows: waits for the box with its placeholder. */
  async chooseThen(text, placeHolder) {
    await this.page.locator('.quick-input-widget .quick-input-box input.input').first().fill(text);
    await this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: text }).waitFor();
    await this.press('Enter');
    await this.page.locator(placeHolder ? `.quick-input-widget input[placeholder^="${placeHolder}"]` : '.quick-input-widget input[type=password]').waitFor();
  }

  /** The ghost text that is shown now, in lines as it is seen, or an empty string. */
  async ghostText() {
    const parts = await this.ghost.evaluateAll(nodes => nodes.map(node => {
      const { top, left } = node.getBoundingClientRect();
      return { row: Math.round(top / 8), left, text: node.textContent };
    }));
    parts.sort((one, other) => one.row - other.row || one.left - other.left);
    return parts.map(({ row, text }, index) => (index > 0 && row > parts[index - 1].row + 1 ? '\n' : '') + text).join('').replaceAll('\u00a0', ' ');
  }

  /**
   * Waits until ghost text is shown that holds `text`, and returns all of it. VS Code opens IntelliSense by itself where no ghost text
   * came in 750 ms, and with another entry selected there is none: it is closed, as a person does, unless the test is about both (`beside`).
   */
  async seesGhost(text = '', { beside = false } = {}) {
    await this.sees(`ghost text ${JSON.stringify(text)}`, async () => {
      const shown = await this.ghostText();
      if (shown !== '' && shown.includes(text)) return true;
      if (!beside) await this.#askWithoutEntries();
      return false;
    });
    return this.ghostText();
  }

  /** Types a line up to and with `begin`, and then on, key by key, until ghost text is seen: a person who sees nothing goes on. Returns it. */
  async typeUntilGhost(line, begin) {
    let typed = line.indexOf(begin) + begin.length;
    await this.type(line.slice(0, typed));
    for (; typed < line.length; typed++) {
      await this.#askWithoutEntries();
      const shown = await this.ghostWithin(5);
      if (shown) return shown;
      await this.type(line[typed]);
    }
    throw new Error(`No ghost text was seen while the line was typed. The status bar says: ${await this.statusLabel()}`);
  }

  /** Takes the ghost text with Tab, and returns who wrote it, as the item says. */
  async accept() {
    await this.press('Tab');
    return /Last accepted: (.*)/.exec(await this.statusSays('Last accepted: '))[1];
  }

  /** The ghost text that comes within so many seconds, or an empty string. */
  async ghostWithin(limit) {
    await this.ghost.first().waitFor({ timeout: limit * seconds }).catch(() => undefined);
    return this.ghostText();
  }

  /** A picture of the whole window, without messages that lie on it. */
  async picture(file) {
    await this.page.locator('.notification-toast').first().waitFor({ state: 'hidden' });
    await this.page.screenshot({ path: path.resolve(file) });
  }

  /** Keeps a picture of the window as it is now, for people's eyes. */
  async moment(what) {
    await this.page.screenshot({ path: path.join(this.pictures, `${what}.png`) });
  }

  async seesNoGhost() {
    await this.sees('no ghost text', async () => await this.ghostText() === '');
  }

  /** Escape closes IntelliSense first, if it is open, and then the ghost text. */
  async escape() {
    if (await this.#widget().isVisible()) {
      await this.press('Escape');
      await this.seesNoEntries();
    }
    await this.press('Escape');
  }

  /** The entry that is selected in IntelliSense, or an empty string. */
  async selectedEntry() {
    const row = this.#widget().locator('.monaco-list-row.focused .label-name');
    return await row.count() ? row.first().innerText() : '';
  }

  async seesSelectedEntry(begin) {
    await this.sees(`an entry ${begin} in IntelliSense`, async () => (await this.selectedEntry()).startsWith(begin));
  }

  /** IntelliSense is open and no ghost text is shown: VS Code opens it by itself where it was given no ghost text for a while. */
  async seesEntriesInstead() {
    await this.#widget().waitFor();
    await this.seesNoGhost();
  }

  async seesNoEntries() {
    await this.#widget().waitFor({ state: 'hidden' });
  }

  /** Waits until a message that holds `text` is there, and presses its button. */
  async answerToast(text, button) {
    await this.toast(text).getByRole('button', { name: button, exact: true }).click();
    await this.toast(text).waitFor({ state: 'detached' });
    // The focus went down with the message.
    await this.page.locator('.tab.active').click();
  }

  /** Presses a button of the question that stands in the way of everything else. */
  async answerDialog(text, button) {
    const dialog = this.page.locator('.monaco-dialog-box').filter({ hasText: text });
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** Takes all messages off the screen. */
  async clearToasts() {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notification-toast').first().waitFor({ state: 'hidden' });
  }

  /** Waits until a message that says `text` can be read to its end: VS Code folds one without buttons to its first line. */
  async readsToast(text) {
    const messages = this.toast(text).locator('.notification-list-item-message');
    await this.sees(`all of the message ${text}`, () => messages.evaluateAll(nodes => nodes.some(node =>
      !node.closest('.notification-fade-in') && node.scrollWidth <= node.clientWidth && node.scrollHeight <= node.clientHeight)));
  }

  /** The message that holds `text`. */
  toast(text) {
    return this.page.locator('.notification-toast').filter({ hasText: text });
  }

  /** Loads the window anew, as the command of that name does. */
  async reload() {
    await this.page.reload();
    await this.ready();
  }

  /** The text of the lines that are drawn. */
  async text() {
    return drawn(await this.editor.locator('.view-lines').evaluate(linesOf));
  }

  async seesText(text) {
    await this.sees(`the text ${JSON.stringify(text)}`, async () => (await this.text()).includes(text));
  }

  /** Waits until the editor that has the focus, beside the file, shows `text`; `key` scrolls it until then. */
  async seesBeside(text, key) {
    const beside = this.page.locator('.editor-group-container.active .monaco-editor .view-lines');
    const focused = this.page.locator('.editor-group-container').nth(1).locator('.monaco-editor.focused');
    await this.sees(`${text} beside the file`, async () => {
      // A key before that would move the caret in the file.
      if (await focused.count() === 0) return false;
      if (drawn(await beside.evaluate(linesOf)).includes(text)) return true;
      await this.press(key);
      return false;
    });
  }

  /** Puts the focus back into the file. */
  async toFile() {
    await this.page.locator(`.tab[data-resource-name="${path.basename(file)}"]`).click();
    await this.page.locator('.editor-group-container').first().locator('.monaco-editor.focused').waitFor();
  }

  /** Waits until the status bar item (its text and its hover) says `text`, a string or a pattern. */
  async statusSays(text) {
    await this.sees(`the status bar to say ${text}`, async () => {
      const label = await this.statusLabel();
      return typeof text === 'string' ? label.includes(text) : text.test(label);
    });
    return this.statusLabel();
  }

  /** The status bar item warns by its colour, and says why. */
  async seesWarning() {
    await this.sees('a warning in the status bar', async () => (await this.status.getAttribute('class')).includes('warning-kind'));
  }

  async seesNoWarning() {
    await this.sees('no warning in the status bar', async () => !(await this.status.getAttribute('class')).includes('warning-kind'));
  }

  async statusLabel() {
    return await this.status.count() ? await this.status.locator('a').first().getAttribute('aria-label') ?? '' : '';
  }

  async #pick(key, typed, row) {
    const box = await this.#enter(key, typed, row);
    await box.waitFor({ state: 'hidden' });
  }

  async #enter(key, typed, row) {
    const box = await this.#openBox(key);
    await box.fill(typed);
    // The list is still moving: what is pressed is what is selected, and a click could land on another row.
    await this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: row }).waitFor();
    await this.press('Enter');
    return box;
  }

  /** Closes IntelliSense where it is open. VS Code then gives up the ghost text that it was waiting for, so that is asked for by key. */
  async #askWithoutEntries() {
    if (!await this.#widget().isVisible()) return;
    await this.press('Escape');
    await this.seesNoEntries();
    await this.press('Alt+Backslash');
  }

  #restricted() {
    return this.page.locator('.statusbar-item').filter({ hasText: 'Restricted Mode' });
  }

  #widget() {
    return this.page.locator('.suggest-widget');
  }

  /** A key that is pressed while VS Code is still busy with its start can get lost: a person presses it again. */
  async #openBox(key) {
    const box = this.page.locator('.quick-input-widget .quick-input-box input.input').first();
    await this.sees(`the box that ${key} opens`, async () => {
      if (await box.isVisible()) return true;
      await this.press(key);
      return box.waitFor({ state: 'visible', timeout: 3 * seconds }).then(() => true, () => false);
    });
    return box;
  }

  /** Waits until `isSo`; `what` says what was waited for. */
  async sees(what, isSo) {
    const deadline = Date.now() + guard;
    while (!await isSo()) {
      if (Date.now() > deadline) throw new Error(`Waited ${guard / seconds} s for ${what}. Ghost: ${JSON.stringify(await this.ghostText())}. Status: ${await this.statusLabel()}. Text:\n${await this.text()}`);
      await this.page.waitForTimeout(30);
    }
  }
}

/** In the browser: each drawn line's place and text, without ghost text. */
function linesOf(lines) {
  return [...lines.querySelectorAll('.view-line')].map(node => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll('.ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text').forEach(ghost => ghost.remove());
    return [parseFloat(node.style.top), copy.textContent];
  });
}

function drawn(lines) {
  return lines.sort((one, other) => one[0] - other[0]).map(([, text]) => text.replaceAll('\u00a0', ' ')).join('\n');
}
