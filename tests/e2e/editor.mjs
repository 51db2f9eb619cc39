// The keyboard and the screen of one VS Code window, as a user has them. Each wait is for something visible.
import path from 'node:path';
import { file } from '../../scripts/sample.mjs';

const seconds = 1000;
export const guard = 30 * seconds;

export class Editor {
  /** `pictures`: the folder for the pictures of `moment`. */
  constructor(page, folder, emptyLine, pictures) {
    Object.assign(this, { page, folder, emptyLine, pictures });
    page.setDefaultTimeout(guard);
    this.editor = page.locator('.editor-instance .monaco-editor').first();
    this.ghost = this.editor.locator('.ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text');
    this.status = page.locator('.statusbar-item[id$="assistant.status"]');
  }

  /** Waits for the window. VS Code opens a folder for the first time in Restricted Mode. */
  async ready() {
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 2 * guard });
  }

  /** Trusts the folder, on the page behind the badge of Restricted Mode, and closes that page. */
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

  /** Opens the file and puts the caret into its empty line, after the server's first status: a request before that has no answer. */
  async inEmptyLine() {
    await this.open(path.basename(file));
    await this.statusSays('level of');
    await this.caretAt(this.emptyLine);
  }

  /** Types key by key, as a user does. `delay` is in ms. */
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

  /** Runs a command that opens a list, and returns the list's rows (label, description, detail). */
  async commandList(title, placeHolder) {
    await this.#enter('F1', `>${title}`, title);
    await this.page.locator(`.quick-input-widget input[placeholder^="${placeHolder}"]`).waitFor();
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await this.sees('rows in the list', async () => await rows.count() > 0);
    return rows.evaluateAll(all => all.map(row => row.getAttribute('aria-label')));
  }

  /** Runs a command that opens an input box, and enters `answer`. */
  async commandBox(title, placeHolder, answer) {
    await this.#enter('F1', `>${title}`, title);
    const box = this.page.locator(`.quick-input-widget input[placeholder^="${placeHolder}"]`);
    await box.fill(answer);
    await this.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** Chooses the row with `text` from the open list. */
  async choose(text) {
    const box = this.page.locator('.quick-input-widget .quick-input-box input.input').first();
    await box.fill(text);
    await this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: text }).waitFor();
    await this.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** As `choose`, before another list or box: waits for the one with this placeholder, or for a password box. */
  async chooseThen(text, placeHolder) {
    await this.page.locator('.quick-input-widget .quick-input-box input.input').first().fill(text);
    await this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: text }).waitFor();
    await this.press('Enter');
    const next = placeHolder ? `[placeholder^="${placeHolder}"]` : '[type=password]';
    await this.page.locator(`.quick-input-widget input${next}`).waitFor();
  }

  /** The visible ghost text, in its visible lines, or an empty string. */
  async ghostText() {
    const parts = await this.ghost.evaluateAll(nodes => nodes.map(node => {
      const { top, left } = node.getBoundingClientRect();
      return { row: Math.round(top / 8), left, text: node.textContent };
    }));
    parts.sort((one, other) => one.row - other.row || one.left - other.left);
    const lines = parts.map(({ row, text }, index) => (index > 0 && row > parts[index - 1].row + 1 ? '\n' : '') + text);
    return lines.join('').replaceAll('\u00a0', ' ');
  }

  /**
   * Waits for ghost text that contains `text`, and returns all of it. VS Code opens IntelliSense by itself if no ghost text comes within
   * 750 ms, and its selected entry may exclude ghost text; so the wait closes IntelliSense, unless the test is about both (`beside`).
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

  /** Types a line to the end of `begin`, then key by key until ghost text is visible, as a user does. Returns the ghost text. */
  async typeUntilGhost(line, begin) {
    let typed = line.indexOf(begin) + begin.length;
    await this.type(line.slice(0, typed));
    for (; typed < line.length; typed++) {
      await this.#askWithoutEntries();
      const shown = await this.ghostWithin(5);
      if (shown) return shown;
      await this.type(line[typed]);
    }
    throw new Error(`No ghost text was visible while the line was typed. Status bar: ${await this.statusLabel()}`);
  }

  /** Accepts the ghost text with Tab, and returns its source, which the status bar shows. */
  async accept() {
    await this.press('Tab');
    return /Last accepted: (.*)/.exec(await this.statusSays('Last accepted: '))[1];
  }

  /** The ghost text that is visible within `limit` seconds, or an empty string. */
  async ghostWithin(limit) {
    await this.ghost.first().waitFor({ timeout: limit * seconds }).catch(() => undefined);
    return this.ghostText();
  }

  /** Takes a picture of the whole window after its notifications have gone. */
  async picture(file) {
    await this.page.locator('.notification-toast').first().waitFor({ state: 'hidden' });
    await this.page.screenshot({ path: path.resolve(file) });
  }

  /** Takes a picture of the window as it is now, for a human reader. */
  async moment(what) {
    await this.page.screenshot({ path: path.join(this.pictures, `${what}.png`) });
  }

  async seesNoGhost() {
    await this.sees('no ghost text', async () => await this.ghostText() === '');
  }

  /** Closes IntelliSense, if it is open, and dismisses the ghost text. */
  async escape() {
    if (await this.#widget().isVisible()) {
      await this.press('Escape');
      await this.seesNoEntries();
    }
    await this.press('Escape');
  }

  /** The selected entry of IntelliSense, or an empty string. */
  async selectedEntry() {
    const row = this.#widget().locator('.monaco-list-row.focused .label-name');
    return await row.count() ? row.first().innerText() : '';
  }

  async seesSelectedEntry(begin) {
    await this.sees(`an entry ${begin} in IntelliSense`, async () => (await this.selectedEntry()).startsWith(begin));
  }

  /** Waits for IntelliSense without ghost text: VS Code opens it by itself after a while without ghost text. */
  async seesEntriesInstead() {
    await this.#widget().waitFor();
    await this.seesNoGhost();
  }

  async seesNoEntries() {
    await this.#widget().waitFor({ state: 'hidden' });
  }

  /** Waits for a notification with `text`, and presses its button. */
  async answerToast(text, button) {
    await this.toast(text).getByRole('button', { name: button, exact: true }).click();
    await this.toast(text).waitFor({ state: 'detached' });
    // The notification had the focus.
    await this.page.locator('.tab.active').click();
  }

  /** Presses a button of a modal dialog. */
  async answerDialog(text, button) {
    const dialog = this.page.locator('.monaco-dialog-box').filter({ hasText: text });
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** Closes all notifications. */
  async clearToasts() {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notification-toast').first().waitFor({ state: 'hidden' });
  }

  /** Waits for a notification with `text` that is fully visible: VS Code folds one without buttons to its first line. */
  async readsToast(text) {
    const messages = this.toast(text).locator('.notification-list-item-message');
    await this.sees(`all of the message ${text}`, () => messages.evaluateAll(nodes => nodes.some(node =>
      !node.closest('.notification-fade-in') && node.scrollWidth <= node.clientWidth && node.scrollHeight <= node.clientHeight)));
  }

  /** The notification with `text`. */
  toast(text) {
    return this.page.locator('.notification-toast').filter({ hasText: text });
  }

  /** Reloads the window, as the command of that name does. */
  async reload() {
    await this.page.reload();
    await this.ready();
  }

  /** The text of the visible lines. */
  async text() {
    return drawn(await this.editor.locator('.view-lines').evaluate(linesOf));
  }

  async seesText(text) {
    await this.sees(`the text ${JSON.stringify(text)}`, async () => (await this.text()).includes(text));
  }

  /** Waits until the focused editor beside the file shows `text`. `key` scrolls it. */
  async seesBeside(text, key) {
    const beside = this.page.locator('.editor-group-container.active .monaco-editor .view-lines');
    const focused = this.page.locator('.editor-group-container').nth(1).locator('.monaco-editor.focused');
    await this.sees(`${text} beside the file`, async () => {
      // Without that focus, the key would move the caret in the file.
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

  /** Waits until the status bar item (its text and its tooltip) contains `text`, a string or a pattern. Returns all of it. */
  async statusSays(text) {
    await this.sees(`the status bar to say ${text}`, async () => {
      const label = await this.statusLabel();
      return typeof text === 'string' ? label.includes(text) : text.test(label);
    });
    return this.statusLabel();
  }

  /** Waits until the status bar item has the colour of a warning. */
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
    // Enter, not a click: the list may still change, and a click could hit another row.
    await this.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: row }).waitFor();
    await this.press('Enter');
    return box;
  }

  /** Closes IntelliSense, if it is open, and invokes ghost text by key, since closing it cancels a pending request. */
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

  /** Presses a key until its box is open: VS Code can lose a key during its start. */
  async #openBox(key) {
    const box = this.page.locator('.quick-input-widget .quick-input-box input.input').first();
    await this.sees(`the box that ${key} opens`, async () => {
      if (await box.isVisible()) return true;
      await this.press(key);
      return box.waitFor({ state: 'visible', timeout: 3 * seconds }).then(() => true, () => false);
    });
    return box;
  }

  /** Waits until `isSo`. `what` names the condition in the error. */
  async sees(what, isSo) {
    const deadline = Date.now() + guard;
    while (!await isSo()) {
      if (Date.now() > deadline) {
        const ghost = JSON.stringify(await this.ghostText());
        const status = await this.statusLabel();
        throw new Error(`Waited ${guard / seconds} s for ${what}. Ghost: ${ghost}. Status: ${status}. Text:\n${await this.text()}`);
      }
      await this.page.waitForTimeout(30);
    }
  }
}

/** Runs in the browser. Returns each visible line's position and text, without ghost text. */
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
