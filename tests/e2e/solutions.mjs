// Solutions that need a click: one without a restore, and a folder with several solutions.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { restAfter } from './sample-line.mjs';

const framework = '<PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>';
const project = (name, more = '') => `<Project Sdk="Microsoft.NET.Sdk">${framework}${more}</Project>\n<!-- ${name} -->\n`;
const solution = (...names) =>
  `<Solution>\n${names.map(name => `  <Project Path="${name}/${name}.csproj" />\n`).join('')}</Solution>\n`;
const question = 'Several solutions lie in this folder';
const unrestored = '2 projects were not restored';

export const solutionTests = [
  {
    name: 'a solution is restored by a click, and not before; a failed restore has a reason',
    run: (stage, title) => stage.window(title, { restored: false, change: withMissingPackage }, async editor => {
      const assets = name => path.join(editor.folder, name, 'obj/project.assets.json');
      const restored = () => ['Orders', 'Second'].filter(name => fs.existsSync(assets(name)));
      await editor.inEmptyLine();
      await editor.toast(unrestored).waitFor();
      await editor.statusSays(unrestored);
      await editor.moment('button');
      assert.equal(await editor.page.locator('.notification-toast').count(), 1, 'one message for all projects');
      assert.deepEqual(restored(), []);
      await editor.answerToast(unrestored, 'Restore');
      await editor.readsToast(/Second\.csproj was not restored without errors: Unable to find package No\.Such\.Package.*NU1101/);
      await editor.statusSays('Unable to find package No.Such.Package');
      await editor.statusSays(/level of (framework|projects)/);
      await editor.moment('failed');
      assert.equal(await editor.page.locator('.notification-toast').count(), 1, 'one message for the failure');
      await editor.type('        var op');
      await editor.seesGhost(restAfter('var op'));

      write(editor.folder, 'Second/Second.csproj', project('Second'));
      await editor.answerToast('Unable to find package', 'Restore');
      // The output of the failed restore names the package.
      await editor.sees('Second to be restored', () => !fs.readFileSync(assets('Second'), 'utf8').includes('No.Such.Package'));
      await editor.statusSays(/^(?!.*not restored).*level of projects/s);
      await editor.moment('restored');
      assert.deepEqual(restored(), ['Orders', 'Second']);
    }),
  },
  {
    name: 'the question for one of several solutions is asked once, and the answer is kept',
    run: (stage, title) => stage.window(title, { change: withSecondSolution }, async editor => {
      await editor.inEmptyLine();
      await editor.toast(question).waitFor();
      await editor.statusSays(/Orders contains several solutions and none was chosen yet.*level of framework/s);
      await editor.moment('question');
      await editor.answerToast(question, 'Whole.slnx');
      await editor.statusSays(/^(?!.*Several solutions).*level of projects/s);
      await editor.reload();
      // A window that reloads at once has not always saved its open files.
      await editor.inEmptyLine();
      await editor.statusSays('level of projects');
      await editor.moment('after the reload');
      assert.equal(await editor.toast(question).count(), 0);
      assert.doesNotMatch(await editor.statusLabel(), /Several solutions/);
    }),
  },
  {
    name: 'the solution with the open file is loaded without a question',
    run: (stage, title) => stage.window(title, { change: withOtherSolution }, async editor => {
      await editor.inEmptyLine();
      await editor.statusSays('level of projects');
      assert.equal(await editor.toast(question).count(), 0);
    }),
  },
];

function withSecondProject(folder) {
  write(folder, 'Second/Second.csproj', project('Second'));
  write(folder, 'Second/Thing.cs', 'namespace Second;\n\npublic sealed class Thing;\n');
  write(folder, 'Orders.slnx', solution('Orders', 'Second'));
}

/** NuGet's only source is an empty folder, so it answers at once and without a network. */
function withMissingPackage(folder) {
  withSecondProject(folder);
  const missing = '<PackageReference Include="No.Such.Package" VersionOverride="1.0.0" />';
  write(folder, 'Second/Second.csproj', project('Second', `<ItemGroup>${missing}</ItemGroup>`));
  write(folder, 'packages/none.txt', '');
  const sources = '<packageSources><clear /><add key="empty" value="packages" /></packageSources>';
  write(folder, 'nuget.config', `<configuration>${sources}</configuration>\n`);
}

/** Both solutions have the open file, so the file does not decide between them. */
function withSecondSolution(folder) {
  write(folder, 'Whole.slnx', fs.readFileSync(path.join(folder, 'Orders.slnx')));
}

function withOtherSolution(folder) {
  write(folder, 'Second/Second.csproj', project('Second'));
  write(folder, 'Second.slnx', solution('Second'));
}

function write(folder, file, text) {
  fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  fs.writeFileSync(path.join(folder, file), text);
}
