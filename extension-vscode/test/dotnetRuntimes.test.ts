import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dotnetCandidates, newestRuntime } from '../src/dotnetRuntimes';

test('the newest runtime is found by number', () => {
  const listed = [
    'Microsoft.AspNetCore.App 11.0.0 [/usr/share/dotnet/shared/Microsoft.AspNetCore.App]',
    'Microsoft.NETCore.App 8.0.22 [/usr/share/dotnet/shared/Microsoft.NETCore.App]',
    'Microsoft.NETCore.App 10.0.1 [/usr/share/dotnet/shared/Microsoft.NETCore.App]',
    'Microsoft.NETCore.App 9.0.3 [/usr/share/dotnet/shared/Microsoft.NETCore.App]',
  ].join('\r\n');
  assert.deepEqual(newestRuntime(listed), { major: 10, version: '10.0.1' });
});

test('a preview is a runtime', () => assert.equal(newestRuntime('Microsoft.NETCore.App 11.0.0-preview.1 [/x]')?.major, 11));

test('no runtime', () => assert.equal(newestRuntime('Microsoft.AspNetCore.App 10.0.0 [/x]'), undefined));

test('DOTNET_ROOT, then the absolute entries of PATH, then the usual folders', () => {
  const env = { DOTNET_ROOT: '/opt/dotnet', PATH: '/usr/bin:.:node_modules/.bin:/usr/bin', HOME: '/home/ada' };
  assert.deepEqual(dotnetCandidates(env, 'linux').slice(0, 4),
    ['/opt/dotnet/dotnet', '/usr/bin/dotnet', '/home/ada/.dotnet/dotnet', '/usr/local/share/dotnet/dotnet']);
});

test('Windows', () => {
  const env = { Path: 'C:\\Tools;relative', USERPROFILE: 'C:\\Users\\ada', ProgramFiles: 'D:\\Programs' };
  assert.deepEqual(dotnetCandidates(env, 'win32'),
    ['C:\\Tools\\dotnet.exe', 'C:\\Users\\ada\\.dotnet\\dotnet.exe', 'D:\\Programs\\dotnet\\dotnet.exe']);
});
