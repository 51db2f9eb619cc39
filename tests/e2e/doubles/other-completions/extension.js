// A test double of an extension with ordinary completions in C# files, such as C# Dev Kit.
const vscode = require('vscode');

const words = [
  'ArgumentNullException', 'JsonSerializer', 'JsonSerializerOptions', 'JsonNamingPolicy', 'WriteIndented', 'items', 'Values', 'OrderBy',
  'SerializeAsync', 'ToList',
];

exports.activate = context => {
  const provider = { provideCompletionItems: () => words.map(word => new vscode.CompletionItem(word, vscode.CompletionItemKind.Method)) };
  context.subscriptions.push(vscode.languages.registerCompletionItemProvider('csharp', provider, '.'));
};
