import * as path from 'node:path';

/** The newest Microsoft.NETCore.App in the output of `dotnet --list-runtimes`. */
export function newestRuntime(listed: string): { major: number; version: string } | undefined {
  return [...listed.matchAll(/^Microsoft\.NETCore\.App (\d+)\.(\S+)/gm)]
    .map(match => ({ major: Number(match[1]), version: `${match[1]}.${match[2]}` }))
    .sort((one, other) => other.major - one.major)[0];
}

/** Possible paths of dotnet, the likeliest first. A VS Code that was started from the dock or a menu does not have the shell's PATH. */
export function dotnetCandidates(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string[] {
  const windows = platform === 'win32';
  const { join, delimiter, isAbsolute } = windows ? path.win32 : path.posix;
  const name = windows ? 'dotnet.exe' : 'dotnet';
  const home = windows ? env['USERPROFILE'] : env['HOME'];
  const folders = [
    env['DOTNET_ROOT'],
    ...(env['PATH'] ?? env['Path'] ?? '').split(delimiter),
    home && join(home, '.dotnet'),
    ...(windows
      ? [join(env['ProgramFiles'] ?? 'C:\\Program Files', 'dotnet')]
      : ['/usr/local/share/dotnet', '/usr/share/dotnet', '/usr/lib/dotnet', '/opt/homebrew/bin']),
  ];
  // A relative entry of PATH would be resolved in the current folder, which may be an untrusted workspace.
  return [...new Set(folders.filter((folder): folder is string => !!folder && isAbsolute(folder)).map(folder => join(folder, name)))];
}
